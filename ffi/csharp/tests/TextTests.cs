using System;
using Xeploai;

/// <summary>Texts go in and come out unchanged.</summary>
public static class TextTests
{
    private const string Composed = "khi\u1ec3n tr\u00e1ch";
    private const string Decomposed = "khie\u0302\u0309n tra\u0301ch";

    /// <summary>What is refused is told in the result as it came.</summary>
    private static void ComesBack(string text)
    {
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        using (Case one = rulebook.NewCase("member"))
        {
            one.SetText(one.Fact("score_general"), text);
            string json = one.ToJson();
            object found = ((System.Collections.Generic.Dictionary<string, object>)((System.Collections.Generic.List<object>)Json.Object(json)["problems"])[0])["found"];
            Expect.True(((string)found).IndexOf(text, StringComparison.Ordinal) >= 0, "`" + text + "` in " + found);
        }
    }

    /// <summary>The ids of a cohort are compared in composed form.</summary>
    private static void IsAnId(string text)
    {
        string request = "{\"period_end\": \"2021-12-31\", \"subjects\": {\"member\": [{\"id\": \"" + text.Replace("\u0000", "\\u0000") + "\"}]}}";
        using (Library library = Library.Builtin())
        using (Cohort cohort = Cohort.FromJson(library, request))
        using (RatedCohort rated = cohort.Rate())
        {
            Expect.True(rated.RatingJson(text.Normalize()).Length > 100, "the rating of " + text);
            using (ArrowStream members = rated.Table("member"))
            {
                Expect.Same(text.Normalize(), ((string)Arrow.Table(members)["id"][0]).Normalize());
            }
        }
    }

    public static void IdsGoThrough()
    {
        IsAnId(Composed);
        IsAnId(Decomposed);
        IsAnId("\ud83d\ude00 đ");
        IsAnId("a\u0000b");
    }

    public static void ComposedAndDecomposedStayAsTheyAre()
    {
        Expect.True(Composed != Decomposed && Composed == Decomposed.Normalize(), "two forms of one text");
        ComesBack(Composed);
        ComesBack(Decomposed);
        ComesBack("Nguyễn Thị Ánh Tuyết, Đắk Lắk, ƯỜNG");
    }

    public static void EmojiAndNulAndTheLastCodePoint()
    {
        ComesBack("\ud83d\ude00 \ud83c\uddfb\ud83c\uddf3");
        ComesBack("a\u0000b");
        ComesBack("\u0000");
        ComesBack("\udbff\udfff \uffff \u0001");
    }

    /// <summary>Characters of one to four bytes, at every place against the words of eight bytes that are read at once.</summary>
    public static void EveryLengthOfCharactersAtEveryPlace()
    {
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        {
            foreach (string one in new[] { "", "a", "đ", "ế", "\ud83d\ude00", "\u007f\u0080\u07ff\u0800\uffff\ud800\udc00\udbff\udfff" })
            {
                for (int before = 0; before < 20; before++)
                {
                    string text = new string('x', before) + one + one + new string('y', 19 - before) + one;
                    string json = rulebook.RateJson("member", "{\"score_general\": \"" + text + "\"}");
                    Expect.True(json.IndexOf(text, StringComparison.Ordinal) > 0, text + " in " + json);
                    byte[] facts = System.Text.Encoding.UTF8.GetBytes("{\"score_general\": \"" + text + "\"}");
                    Expect.Same(json, new System.Text.UTF8Encoding(false, true).GetString(rulebook.RateUtf8("member", facts)));
                    Expect.Same(Status.NotFound, Expect.Throws<XeploaiException>(() => rulebook.NewCase("member").Fact(text)).Status);
                }
            }
        }
        Expect.Same("", Utf8.Of(IntPtr.Zero, UIntPtr.Zero));
        Expect.Same("", Utf8.OfC(IntPtr.Zero));
    }

    public static void BytesThatAreNoUtf8AreRefused()
    {
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        {
            XeploaiException error = Expect.Throws<XeploaiException>(() => rulebook.RateUtf8("member", new byte[] { 0x7B, 0xFF }));
            Expect.Same(Status.Utf8, error.Status);
            Expect.Throws<ArgumentNullException>(() => rulebook.RateUtf8("member", null));
        }
    }

    public static void ADecomposedCodeIsUnderstood()
    {
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        {
            Func<string, string> rate = code => rulebook.RateJson("member", "{\"discipline_on_duty\": \"" + code + "\"}");
            Expect.Same(Json.Object(rate(Composed))["outcome"], Json.Object(rate(Decomposed))["outcome"]);
        }
    }

    public static void EmptyTextsAreTexts()
    {
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw", ""))
        {
            Expect.Same(rulebook.RateJson("member", "{}"), rulebook.RateJson("member", "{}", ""));
            Expect.Same("invalid", Json.Object(rulebook.RateJson("member", ""))["outcome"]);
            Expect.Throws<XeploaiException>(() => rulebook.RateJson("", "{}"));
        }
    }

    public static void PagesAndDocumentsAndSchemas()
    {
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        {
            string vi = rulebook.Page(Language.Vietnamese), en = rulebook.Page(Language.English);
            Expect.True(vi.Length > 1000 && en.Length > 1000 && vi != en, "pages in two languages");
            Expect.Same("366-qd-tw", Json.Object(rulebook.ToJson())["id"]);
            using (Rulebook again = Rulebook.Load(rulebook.ToJson()))
            {
                Expect.Same(rulebook.Digest, again.Digest);
            }
        }
        Json.Of(Schema.Rulebook);
        Json.Of(Schema.Overlay);
        Expect.True(Schema.Rulebook != Schema.Overlay, "two schemas");
        using (Library library = Library.Builtin())
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        using (Library more = library.With(rulebook))
        {
            Expect.True(((System.Collections.Generic.List<object>)Json.Of(library.ToJson())).Count > 10, "rulebooks");
            using (Rulebook found = more.InForce("2025-12-31", "member"))
            {
                Expect.Same(rulebook.Digest, found.Digest);
            }
        }
    }
}
