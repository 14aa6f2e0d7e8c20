using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.Serialization.Formatters.Binary;
using System.Threading;
using Xeploai;

/// <summary>Every status that a program can bring about, with its messages in both languages.</summary>
public static class ErrorTests
{
    private static XeploaiException Refused(Status status, string name, Action action)
    {
        XeploaiException error = Expect.Throws<XeploaiException>(action);
        Expect.Same(status, error.Status, error.Message);
        Expect.Same((int)status, error.Code);
        Expect.Same(name, error.Name);
        Expect.Same(error.Message, error.MessageEn);
        Expect.True(error.MessageEn.Length > 5 && error.MessageVi.Length > 5, "messages");
        Expect.True(error.MessageEn != error.MessageVi, "messages in two languages, found " + error.MessageVi);
        Dictionary<string, object> json = Json.Object(error.Json);
        Dictionary<string, object> message = (Dictionary<string, object>)json["message"];
        Expect.Same(error.MessageVi, message["vi"]);
        Expect.Same(error.MessageEn, message["en"]);
        Expect.Same(error.Place, json["place"]);
        Expect.Same(error.Name, json["name"]);
        return error;
    }

    public static void LoadNamesEveryFault()
    {
        Refused(Status.NotFound, "not_found", () => Rulebook.Builtin("366"));
        XeploaiException error = Refused(Status.Load, "load", () => Rulebook.Load("{\"id\": 7, \"versions\": \"1\"}"));
        Expect.True(((List<object>)Json.Object(error.Json)["faults"]).Count > 3, "many faults");
    }

    public static void WhatIsAskedOfRulebooks()
    {
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        using (Library library = Library.Builtin())
        {
            Refused(Status.UnknownSubject, "unknown_subject", () => rulebook.RateJson("minister", "{}"));
            Refused(Status.UnknownSubject, "unknown_subject", () => rulebook.NewCase("minister"));
            Expect.Same("on_gaps", Refused(Status.Policy, "policy", () => rulebook.RateJson("member", "{}", "{\"on_gaps\": \"lower\"}")).Place);
            Refused(Status.Policy, "policy", () => rulebook.NewCase("member", "{\"on_gap\": \"up\"}"));
            Refused(Status.Request, "request", () => rulebook.RateJson("member", "{}", "[]"));
            Refused(Status.InvalidArgument, "invalid_argument", () => rulebook.Page((Language)7));
            Refused(Status.InvalidArgument, "invalid_argument", () => library.InForce("2025-02-30", "member"));
            Refused(Status.NotInForce, "not_in_force", () => library.InForce("1999-12-31", "member"));
            using (Case one = rulebook.NewCase("member"))
            {
                Expect.Same("name", Refused(Status.NotFound, "not_found", () => one.Fact("score")).Place);
                Refused(Status.InvalidArgument, "invalid_argument", () => one.Explain((Language)(-1)));
                Expect.Throws<XeploaiException>(() => one.Rate(new ulong[0]));
            }
        }
    }

    public static void WhatIsAskedOfCohortsAndStatistics()
    {
        using (Library library = Library.Builtin())
        {
            Refused(Status.Request, "request", () => Cohort.FromJson(library, "{}"));
            Refused(Status.Request, "request", () => Statistics.Ask("tally", "{"));
            Refused(Status.InvalidArgument, "invalid_argument", () => Statistics.Ask("count", "{}"));
            using (Cohort cohort = Cohort.FromJson(library, Runner.Read("tests/cases/town.json")))
            using (RatedCohort rated = cohort.Rate())
            {
                Refused(Status.NotFound, "not_found", () => rated.RatingJson("nobody"));
                Refused(Status.NotFound, "not_found", () => rated.Explain("", Language.English));
                Refused(Status.NotFound, "not_found", () => rated.Table("minister"));
                Refused(Status.Request, "request", () => rated.WhatIf("{\"nobody\": {}}"));
                Refused(Status.Null, "null", () => rated.Table("member", IntPtr.Zero));
                Refused(Status.Null, "null", () => cohort.Add(TableKind.Relations, null, IntPtr.Zero));
                Refused(Status.Stream, "stream", () => cohort.Add(TableKind.Relations, null, new ArrowStream()));
                using (ArrowStream members = rated.Table("member"))
                {
                    Refused(Status.InvalidArgument, "invalid_argument", () => cohort.Add((TableKind)9, null, members));
                    Expect.True(members.IsEmpty, "a stream that was moved out");
                }
            }
        }
    }

    public static void HalfOfAPairOfSurrogatesIsRefusedByTheLibrary()
    {
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        using (Case one = rulebook.NewCase("member"))
        {
            foreach (string broken in new[] { "đ\ud83d", "đ\ude00x", "đ\ud83d\ud83d" })
            {
                XeploaiException error = Refused(Status.Utf8, "utf8", () => rulebook.RateJson("member", broken));
                Expect.Same("facts", error.Place);
                Expect.True(error.Message.IndexOf(" 2", StringComparison.Ordinal) > 0, "the place in bytes, found " + error.Message);
                Refused(Status.Utf8, "utf8", () => one.SetText(0, broken));
                Refused(Status.Utf8, "utf8", () => Rulebook.Load(broken));
            }
            one.SetBoolean(one.Fact("exempt_from_activities"), true);
            Refused(Status.Utf8, "utf8", () => one.SetText(one.Fact("discipline_on_duty"), "\ud83d"));
            Expect.Same(Outcome.NotReviewed, one.Rate().Outcome, "what was set before stays stated");
        }
    }

    public static void NullIsRefusedWhereATextHasToBe()
    {
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        {
            Expect.Throws<ArgumentNullException>(() => rulebook.RateJson(null, "{}"));
            Expect.Throws<ArgumentNullException>(() => rulebook.RateJson("member", null));
            Expect.Throws<ArgumentNullException>(() => Rulebook.Builtin(null));
            Expect.Throws<ArgumentNullException>(() => Rulebook.Load(null));
            Expect.Throws<ArgumentNullException>(() => rulebook.RateStream("member", (ArrowStream)null));
            Expect.Throws<ArgumentNullException>(() => Cohort.FromJson(null, "{}"));
        }
    }

    /// <summary>A case is used by one thread at a time; who comes second is told so by the library.</summary>
    public static void TwoThreadsInOneCaseAreBusyNeverWrong()
    {
        CaseHandle handle;
        IntPtr error;
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        {
            byte[] member = Utf8.Optional("member"), none = Utf8.Optional(null);
            Call.Check(NativeMethods.xeploai_case_new(rulebook.Handle, member, Utf8.Length(member), none, Utf8.Length(none), out handle, out error), error);
        }
        int busy = 0;
        string first = null, wrong = null;
        Action work = () =>
        {
            for (int times = 0; times < 100000 && busy == 0; times++)
            {
                try
                {
                    NativeMethods.Bytes text;
                    IntPtr failed;
                    int status = NativeMethods.xeploai_case_text(handle, 0, 0, out text, out failed);
                    string found = Call.Text(status, ref text, failed);
                    string before = Interlocked.CompareExchange(ref first, found, null);
                    wrong = before == null || before == found ? wrong : found;
                }
                catch (XeploaiException thrown)
                {
                    if (thrown.Status == Status.Busy && thrown.MessageVi != thrown.MessageEn)
                    {
                        Interlocked.Increment(ref busy);
                    }
                }
            }
        };
        Threads.Run(4, work);
        handle.Dispose();
        Expect.Same(null, wrong);
        Expect.True(busy > 0, "a thread that found the case busy");
    }

    public static void EveryStatusHasTheNameThatTheLibraryGivesIt()
    {
        foreach (Status status in Enum.GetValues(typeof(Status)))
        {
            string name = System.Text.RegularExpressions.Regex.Replace(status.ToString(), "(?<=.)([A-Z])", "_$1").ToLowerInvariant();
            Expect.Same(name, About.StatusName((int)status));
        }
        Expect.Same("unknown", About.StatusName(12345));
        for (int number = 0; number < 200; number++)
        {
            Expect.Same(Enum.IsDefined(typeof(Status), number), About.StatusName(number) != "unknown", number.ToString());
        }
    }

    public static void AnExceptionCrossesFromOneDomainToAnother()
    {
        XeploaiException error = Expect.Throws<XeploaiException>(() => Rulebook.Builtin("366"));
        BinaryFormatter formatter = new BinaryFormatter();
        using (MemoryStream memory = new MemoryStream())
        {
            formatter.Serialize(memory, error);
            memory.Position = 0;
            XeploaiException found = (XeploaiException)formatter.Deserialize(memory);
            Expect.Same(error.Status, found.Status);
            Expect.Same(error.Json, found.Json);
            Expect.Same(error.MessageVi, found.MessageVi);
            Expect.Same(error.Message, found.Message);
        }
    }
}

internal static class Threads
{
    /// <summary>Runs work in threads; throws what one of them threw.</summary>
    internal static void Run(int count, Action work)
    {
        Exception failed = null;
        List<Thread> threads = new List<Thread>();
        for (int number = 0; number < count; number++)
        {
            Thread thread = new Thread(() =>
            {
                try
                {
                    work();
                }
                catch (Exception thrown)
                {
                    failed = thrown;
                }
            });
            threads.Add(thread);
            thread.Start();
        }
        threads.ForEach(thread => thread.Join());
        if (failed != null)
        {
            throw new Exception("in a thread", failed);
        }
    }
}
