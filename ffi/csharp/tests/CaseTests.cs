using System;
using System.Collections.Generic;
using Xeploai;

/// <summary>Facts by their places.</summary>
public static class CaseTests
{
    private static Rulebook Builtin()
    {
        return Rulebook.Builtin("366-qd-tw");
    }

    private static void SameAs(string facts, Action<Case> set)
    {
        using (Rulebook rulebook = Builtin())
        using (Case one = rulebook.NewCase("member"))
        {
            set(one);
            Expect.Same(rulebook.RateJson("member", facts), one.ToJson(), facts);
        }
    }

    public static void PlacesAreThoseOfTheSummary()
    {
        using (Rulebook rulebook = Builtin())
        using (Case one = rulebook.NewCase("member"))
        {
            foreach (object subject in (List<object>)Json.Object(rulebook.Summary)["subjects"])
            {
                Dictionary<string, object> kind = (Dictionary<string, object>)subject;
                if ((string)kind["kind"] == "member")
                {
                    List<object> facts = (List<object>)kind["facts"];
                    for (int place = 0; place < facts.Count; place++)
                    {
                        Expect.Same(place, one.Fact((string)((Dictionary<string, object>)facts[place])["name"]));
                    }
                    Expect.True(facts.Count > 10, "facts");
                    return;
                }
            }
        }
        throw new Exception("no kind member");
    }

    public static void DecimalsAreExactWhateverTheirScale()
    {
        foreach (string number in new[] { "0", "28", "28.5", "28.50", "28.500", "28.501", "-0.01", "29.999999999999999999" })
        {
            decimal value = decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture);
            using (Rulebook rulebook = Builtin())
            using (Case one = rulebook.NewCase("member"))
            {
                one.SetDecimal(one.Fact("score_general"), value);
                CaseOutcome found = one.Rate();
                string json = rulebook.RateJson("member", "{\"score_general\": " + number + "}");
                Expect.Same(Json.Object(json)["outcome"].Equals("invalid"), found.Outcome == Outcome.Invalid, number);
                Expect.Same(Json.Object(json)["outcome"], Json.Object(one.ToJson())["outcome"], number);
            }
        }
        SameAs("{\"score_general\": 28.5}", one => one.SetDecimal(one.Fact("score_general"), 2850, 2));
        SameAs("{\"score_general\": 28}", one => one.SetInteger(one.Fact("score_general"), 28));
        foreach (decimal large in new[] { decimal.MaxValue, decimal.MinValue, 9223372036854775808m, -18446744073709551615m, 0.0000000000000000000000000001m })
        {
            using (Rulebook rulebook = Builtin())
            using (Case one = rulebook.NewCase("member"))
            {
                one.SetDecimal(one.Fact("score_general"), large);
                Expect.Same(Outcome.Invalid, one.Rate().Outcome, large.ToString());
                string digits = large.ToString(System.Globalization.CultureInfo.InvariantCulture);
                Expect.True(one.ToJson().IndexOf(digits, StringComparison.Ordinal) > 0, digits + " in " + one.ToJson());
            }
        }
        // 20 decimals of which only zeros do not fit the typed value are the same number as text.
        SameAs("{\"score_general\": \"28.50000000000000000000\"}", one => one.SetDecimal(one.Fact("score_general"), 28.50000000000000000000m));
    }

    public static void DaysAndTextsAndWhatIsNotKnown()
    {
        SameAs("{\"period_end\": \"2025-12-31\"}", one => one.SetDate(one.Fact("period_end"), new DateTime(2025, 12, 31, 23, 59, 59)));
        SameAs("{\"period_end\": \"1969-12-31\"}", one => one.SetDate(one.Fact("period_end"), new DateTime(1969, 12, 31)));
        SameAs("{\"period_end\": \"2025-12-31\"}", one => one.SetText(one.Fact("period_end"), "2025-12-31"));
        SameAs("{\"discipline_on_duty\": \"warning\"}", one => one.SetText(one.Fact("discipline_on_duty"), "warning"));
        SameAs("{\"discipline_on_duty\": \"\"}", one => one.SetText(one.Fact("discipline_on_duty"), ""));
        SameAs("{\"exempt_from_activities\": null}", one => one.SetMissing(one.Fact("exempt_from_activities")));
        SameAs("{\"exempt_from_activities\": true}", one => one.SetBoolean(one.Fact("exempt_from_activities"), true));
    }

    public static void AFactTwiceIsInvalidHoweverOftenItIsSet()
    {
        using (Rulebook rulebook = Builtin())
        using (Case one = rulebook.NewCase("member"))
        {
            for (int times = 0; times < 200; times++)
            {
                one.SetText(0, "chữ " + times);
            }
            Expect.Same(Outcome.Invalid, one.Rate().Outcome);
            string json = one.ToJson();
            Expect.True(json.IndexOf("chữ 199", StringComparison.Ordinal) > 0, "the last text, found " + json);
            Expect.Same(200, ((List<object>)Json.Object(json)["problems"]).Count, "the first of a wrong type, the others twice");
            one.Clear();
            Expect.True(one.Rate().Outcome != Outcome.Invalid, "nothing left of them");
        }
    }

    public static void LongTextsGoThrough()
    {
        string text = new string('ế', 100000) + "\u0000đ";
        SameAs("{\"discipline_on_duty\": \"" + text.Replace("\u0000", "\\u0000") + "\"}", one =>
        {
            one.SetText(one.Fact("discipline_on_duty"), text);
        });
    }

    public static void WhatIsGatheredIsForgottenByClearAndByARefusal()
    {
        using (Rulebook rulebook = Builtin())
        using (Case one = rulebook.NewCase("member"))
        {
            string nothing = one.ToJson();
            one.SetBoolean(one.Fact("exempt_from_activities"), true);
            one.Clear();
            Expect.Same(nothing, one.ToJson());
            one.SetBoolean(one.Fact("exempt_from_activities"), true);
            one.SetInteger(100000, 1);
            XeploaiException error = Expect.Throws<XeploaiException>(() => one.Rate());
            Expect.Same(Status.InvalidArgument, error.Status);
            Expect.Same(nothing, one.ToJson());
            one.SetInteger(-1, 1);
            Expect.Same(Status.InvalidArgument, Expect.Throws<XeploaiException>(() => one.ToJson()).Status);
            one.SetDecimal(0, 1, 19);
            Expect.Same(Status.InvalidArgument, Expect.Throws<XeploaiException>(() => one.Rate()).Status);
            one.SetDecimal(0, 1, -1);
            Expect.Same(Status.InvalidArgument, Expect.Throws<XeploaiException>(() => one.Rate()).Status);
            Expect.Same(nothing, one.ToJson());
        }
    }

    private static void Told(int number, string place, Action<Case> set)
    {
        using (Rulebook rulebook = Builtin())
        using (Case one = rulebook.NewCase("member"))
        {
            string nothing = one.ToJson();
            one.SetBoolean(1, true);
            set(one);
            XeploaiException error = Expect.Throws<XeploaiException>(() => one.Rate());
            Expect.Same(Status.InvalidArgument, error.Status);
            Expect.Same("invalid_argument", error.Name);
            Expect.Same(place, error.Place);
            foreach (string message in new[] { error.MessageEn, error.MessageVi })
            {
                Expect.True(message.EndsWith(" " + number, StringComparison.Ordinal), number + " at the end of " + message);
            }
            Expect.True(error.MessageEn != error.MessageVi, "messages in two languages, found " + error.MessageVi);
            Dictionary<string, object> said = (Dictionary<string, object>)Json.Object(error.Json)["message"];
            Expect.Same(error.MessageVi, said["vi"]);
            Expect.Same(error.MessageEn, said["en"]);
            Expect.Same(nothing, one.ToJson());
        }
    }

    public static void ANumberThatIsRefusedIsToldAsItWasSet()
    {
        foreach (int number in new[] { -1, -7, int.MinValue, 100000, int.MaxValue })
        {
            Told(number, "values/1/fact", one => one.SetMissing(number));
            Told(number, "values/1/fact", one => one.SetBoolean(number, true));
            Told(number, "values/1/fact", one => one.SetText(number, "none"));
            Told(number, "values/1/fact", one => one.SetDecimal(number, 1, -3));
            Told(number, "values/1/scale", one => one.SetDecimal(0, 1, number));
        }
        Told(19, "values/2/scale", one => { one.SetInteger(2, -1); one.SetDecimal(0, -1, 19); one.SetBoolean(-1, true); });
    }

    public static void AnArrayThatIsTooShortIsRefused()
    {
        using (Rulebook rulebook = Builtin())
        using (Case one = rulebook.NewCase("member"))
        {
            int words = one.Rate().ReasonWords;
            Expect.True(words > 0, "words");
            ulong[] few = new ulong[words - 1];
            Expect.Same(Status.BufferTooSmall, Expect.Throws<XeploaiException>(() => one.Rate(few)).Status);
            ulong[] many = new ulong[words + 1];
            many[words] = 7;
            one.Rate(many);
            Expect.Same(7UL, many[words]);
        }
    }

    public static void PoliciesAreThoseOfTheCase()
    {
        using (Rulebook rulebook = Builtin())
        using (Case one = rulebook.NewCase("member", "{\"on_gap\": \"lower\"}"))
        {
            Expect.Same(rulebook.RateJson("member", "{}", "{\"on_gap\": \"lower\"}"), one.ToJson());
            Expect.True(rulebook.RateJson("member", "{}") != one.ToJson(), "another policy in the result");
        }
    }
}
