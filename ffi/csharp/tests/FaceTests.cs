using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xeploai;

/// <summary>The cases that every face answers with the same bytes: <c>tests/cases/faces.tsv</c>.</summary>
public static class FaceTests
{
    /// <summary>The fields of each line.</summary>
    internal static IEnumerable<string[]> Lines()
    {
        foreach (string line in Runner.Read("tests/cases/faces.tsv").Split('\n'))
        {
            if (line.Length > 0 && line[0] != '#')
            {
                string[] fields = line.Split('\t');
                for (int place = 0; place < fields.Length; place++)
                {
                    fields[place] = Unescaped(fields[place]);
                }
                yield return fields;
            }
        }
    }

    private static string Unescaped(string field)
    {
        StringBuilder text = new StringBuilder();
        for (int place = 0; place < field.Length; place++)
        {
            char one = field[place];
            if (one == '\\')
            {
                place++;
                one = field[place] == 't' ? '\t' : field[place] == 'n' ? '\n' : field[place];
            }
            text.Append(one);
        }
        return text.ToString();
    }

    private static Language Of(string code)
    {
        return code == "vi" ? Language.Vietnamese : Language.English;
    }

    private static string Digest(Rulebook rulebook)
    {
        using (rulebook)
        {
            return rulebook.Digest;
        }
    }

    private static string InCohort(string request, Func<Cohort, string> ask)
    {
        using (Library library = Library.Builtin())
        using (Cohort cohort = Cohort.FromJson(library, request))
        {
            return ask(cohort);
        }
    }

    private static string InRated(string request, Func<RatedCohort, string> ask)
    {
        return InCohort(request, cohort =>
        {
            using (RatedCohort rated = cohort.Rate())
            {
                return ask(rated);
            }
        });
    }

    private static string InCase(string[] a, Func<Case, string> ask)
    {
        using (Rulebook rulebook = Rulebook.Builtin(a[1], a[2]))
        using (Case one = rulebook.NewCase(a[3], a[4]))
        {
            one.SetJson(a[5]);
            return ask(one);
        }
    }

    private static string ByJson(string[] a)
    {
        using (Rulebook rulebook = Rulebook.Builtin(a[1], a[2]))
        {
            return rulebook.RateJson(a[3], a[5], a[4]);
        }
    }

    private static string InUtf8(string[] a)
    {
        using (Rulebook rulebook = Rulebook.Builtin(a[1], a[2]))
        {
            byte[] result = rulebook.RateUtf8(a[3], Encoding.UTF8.GetBytes(a[5]), Encoding.UTF8.GetBytes(a[4]));
            return Encoding.UTF8.GetString(result);
        }
    }

    /// <summary>The table of a cohort rated once more, after its quotas, what they came to, and counted.</summary>
    private static string InBatch(string[] a)
    {
        string kind = a[2], table = a[3], rate = a[5], hold = a[6], count = a[7];
        using (Library library = Library.Builtin())
        using (Cohort cohort = Cohort.FromJson(library, a[1]))
        {
            if (table.Length > 0)
            {
                using (ArrowStream same = Arrow.Of(table))
                {
                    // What writes tables and what reads them agree, also where a batch does not begin with its memory.
                    Expect.Same(table, Arrow.Text(same));
                }
                using (ArrowStream members = Arrow.Of(table))
                {
                    cohort.Add(TableKind.Subjects, kind, members);
                }
            }
            using (RatedCohort rated = cohort.Rate())
            using (Rulebook rulebook = Rulebook.Builtin(a[4]))
            {
                Func<ArrowStream> again = () =>
                {
                    using (ArrowStream members = rated.Table(kind))
                    {
                        return rulebook.RateStream(kind, members, rate);
                    }
                };
                string quotas;
                using (ArrowStream first = again())
                using (ArrowStream second = again())
                using (ArrowStream third = again())
                using (ArrowStream held = rulebook.HoldStream(kind, second, hold, out quotas))
                using (ArrowStream counts = rulebook.TallyStream(third, count))
                {
                    return string.Join("\n", Arrow.Text(first), Arrow.Text(held), quotas, Arrow.Text(counts));
                }
            }
        }
    }

    private static string Answer(string[] a)
    {
        switch (a[0])
        {
            case "rate":
                return ByJson(a);
            case "explain":
                return InCase(a, one => one.Explain(Of(a[6])));
            case "digest":
                return Digest(Rulebook.Builtin(a[1], a[2]));
            case "summary":
                using (Rulebook rulebook = Rulebook.Builtin(a[1], a[2]))
                {
                    return rulebook.Summary;
                }
            case "load":
                return Digest(Rulebook.Load(a[1]));
            case "overlay":
                using (Rulebook rulebook = Rulebook.Builtin(a[1]))
                {
                    return Digest(rulebook.WithOverlay(a[2]));
                }
            case "in_force":
                using (Library library = Library.Builtin())
                {
                    return Digest(library.InForce(a[1], a[2], a[3]));
                }
            case "plan":
                return InCohort(a[1], cohort => cohort.PlanJson());
            case "cohort":
                return InRated(a[1], rated => rated.ToJson());
            case "batch":
                return InBatch(a);
            case "cohort_explain":
                return InRated(a[1], rated => rated.Explain(a[2], Of(a[3])));
            case "what_if":
                return InRated(a[1], rated => rated.WhatIf(a[2]));
            case "statistics":
                return Statistics.Ask(a[1], a[2]);
        }
        throw new Exception("no such question: " + a[0]);
    }

    private static string[] Told(Func<string> ask)
    {
        try
        {
            return new[] { "ok", ask(), "", "" };
        }
        catch (XeploaiException error)
        {
            Expect.Same(error.MessageEn, error.Message);
            return new[] { error.Name, "", error.MessageVi, error.MessageEn };
        }
    }

    public static void EveryQuestionIsAnsweredWithTheSameText()
    {
        int asked = 0;
        foreach (string[] fields in Lines())
        {
            string[] arguments = new string[fields.Length - 4];
            string[] expected = new string[4];
            Array.Copy(fields, 0, arguments, 0, arguments.Length);
            Array.Copy(fields, arguments.Length, expected, 0, 4);
            string of = string.Join(" | ", arguments);
            Expect.Same(string.Join("\u0001", expected), string.Join("\u0001", Told(() => Answer(arguments))), of);
            if (arguments[0] == "rate")
            {
                string[] found = Told(() => InCase(arguments, one => one.ToJson()));
                Expect.Same(string.Join("\u0001", expected), string.Join("\u0001", found), "by a case: " + of);
                found = Told(() => InUtf8(arguments));
                Expect.Same(string.Join("\u0001", expected), string.Join("\u0001", found), "in UTF-8: " + of);
            }
            asked++;
        }
        Expect.True(asked > 130, "more than 130 questions, found " + asked);
    }

    private static void Typed(Case one, string name, object value)
    {
        int place = one.Fact(name);
        Json.Number number = value as Json.Number;
        string text = value as string;
        DateTime day;
        if (value == null)
        {
            one.SetMissing(place);
        }
        else if (value is bool)
        {
            one.SetBoolean(place, (bool)value);
        }
        else if (number != null && number.Text.IndexOf('.') >= 0)
        {
            one.SetDecimal(place, decimal.Parse(number.Text, CultureInfo.InvariantCulture));
        }
        else if (number != null)
        {
            one.SetInteger(place, long.Parse(number.Text, CultureInfo.InvariantCulture));
        }
        else if (DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day))
        {
            one.SetDate(place, day.AddHours(23));
        }
        else
        {
            one.SetText(place, text);
        }
    }

    /// <summary>The whole of the shared cases whose facts have places, fact by fact instead of as JSON.</summary>
    public static void TheTypedPathComesOutAsJsonDoes()
    {
        int compared = 0, levels = 0;
        foreach (string[] a in Lines())
        {
            Dictionary<string, object> facts = null;
            try
            {
                facts = a[0] == "rate" && a[6] == "ok" ? Json.Object(a[5]) : null;
            }
            catch (Exception)
            {
                // What is no object, or says something twice, has no typed form.
            }
            if (facts == null || a[5].IndexOf("1e", StringComparison.Ordinal) >= 0)
            {
                continue;
            }
            using (Rulebook rulebook = Rulebook.Builtin(a[1], a[2]))
            using (Case one = rulebook.NewCase(a[3], a[4]))
            {
                if (!AllHavePlaces(one, facts.Keys))
                {
                    continue;
                }
                // A case is for one subject after another: what was known of the one before leaves no trace.
                foreach (bool again in new[] { false, true })
                {
                    one.Clear();
                    foreach (KeyValuePair<string, object> fact in facts)
                    {
                        if (!(fact.Value is List<object>))
                        {
                            Typed(one, fact.Key, fact.Value);
                        }
                    }
                    foreach (KeyValuePair<string, object> fact in facts)
                    {
                        if (fact.Value is List<object>)
                        {
                            string list = Regex.Match(a[5], "\"" + fact.Key + "\":\\s*(\\[[^\\]]*\\])").Groups[1].Value;
                            one.SetJson("{\"" + fact.Key + "\": " + list + "}");
                        }
                    }
                    Expect.Same(a[7], one.ToJson(), string.Join(" | ", a));
                }
                levels += SameOutcome(rulebook, one, a[7]);
            }
            compared++;
        }
        Expect.True(compared > 70, "more than 70 cases, found " + compared);
        Expect.True(levels > 20, "more than 20 with a level and a reason code, found " + levels);
    }

    /// <summary>A name that is no fact has no place: only JSON can say it.</summary>
    private static bool AllHavePlaces(Case one, IEnumerable<string> names)
    {
        try
        {
            foreach (string name in names)
            {
                one.Fact(name);
            }
            return true;
        }
        catch (XeploaiException error)
        {
            Expect.Same(Status.NotFound, error.Status);
            return false;
        }
    }

    private static int SameOutcome(Rulebook rulebook, Case one, string json)
    {
        Dictionary<string, object> result = Json.Object(json);
        CaseOutcome found = one.Rate();
        string outcome = Regex.Replace(found.Outcome.ToString(), "(?<=.)([A-Z])", "_$1").ToLowerInvariant();
        Expect.Same(result["outcome"], outcome);
        List<object> levels = (List<object>)Json.Object(rulebook.Summary)["levels"];
        Func<int, object> code = rank => rank < 0 ? null : ((Dictionary<string, object>)levels[rank])["code"];
        Expect.Same(result["level"], code(found.Level));
        Expect.Same(result["at_least"], code(found.AtLeast));
        Expect.Same(result["at_most"], code(found.AtMost));
        ulong[] reasons = new ulong[found.ReasonWords];
        Expect.Same(found, one.Rate(reasons));
        return found.Level >= 0 && Array.Exists(reasons, word => word != 0) ? 1 : 0;
    }
}
