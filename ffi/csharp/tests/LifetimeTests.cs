using System;
using System.Collections.Generic;
using Xeploai;

/// <summary>Disposal, finalisers and threads.</summary>
public static class LifetimeTests
{
    private const string Town = "tests/cases/town.json";

    public static void UseAfterDisposeThrowsAndDisposingTwiceDoesNothing()
    {
        Library library = Library.Builtin();
        Rulebook rulebook = Rulebook.Builtin("366-qd-tw");
        Case one = rulebook.NewCase("member");
        Cohort cohort = Cohort.FromJson(library, Runner.Read(Town));
        RatedCohort rated = cohort.Rate();
        ArrowStream members = rated.Table("member");
        IDisposable[] all = { library, rulebook, one, cohort, rated, members };
        foreach (IDisposable each in all)
        {
            each.Dispose();
            each.Dispose();
        }
        Callbacks callbacks = new Callbacks { Progress = rows => true, Log = (vi, en) => { } };
        Action[] uses =
        {
            () => library.ToJson(), () => library.InForce("2025-12-31", "member"), () => library.With(rulebook),
            () => Expect.Same("", rulebook.Digest), () => rulebook.RateJson("member", "{}"), () => rulebook.NewCase("member"),
            () => rulebook.RateStream("member", new ArrowStream(), null, callbacks),
            () => rulebook.TallyStream(new ArrowStream()),
            () => one.SetInteger(0, 1), () => one.SetText(0, "x"), () => one.Rate(), () => one.Clear(), () => one.ToJson(),
            () => one.Fact("score_general"), () => one.SetJson("{}"),
            () => cohort.PlanJson(), () => cohort.Rate(callbacks), () => cohort.Add(TableKind.Subjects, "member", new ArrowStream()),
            () => rated.ToJson(), () => rated.Table("member"), () => rated.WhatIf("{}"),
            () => Expect.Same(IntPtr.Zero, members.Pointer), () => Expect.Same(true, members.IsEmpty),
            () => members.GetNext(new IntPtr(1)),
        };
        foreach (Action use in uses)
        {
            Expect.Throws<ObjectDisposedException>(use);
        }
        Expect.Same(0, CallbackRun.Held, "callbacks that the library never got are let go of");
    }

    public static void WhatWasMadeOfAHandleLivesOn()
    {
        RatedCohort rated;
        Case one;
        ArrowStream members;
        using (Library library = Library.Builtin())
        using (Rulebook rulebook = library.InForce("2025-12-31", "member"))
        using (Cohort cohort = Cohort.FromJson(library, Runner.Read(Town)))
        {
            rated = cohort.Rate();
            members = rated.Table("member");
            one = rulebook.NewCase("member");
        }
        Expect.True(one.ToJson().Length > 100, "a result");
        Expect.True(rated.ToJson().Length > 100, "a result");
        rated.Dispose();
        Expect.Same(4L, Arrow.Rows(members));
        one.Dispose();
        members.Dispose();
    }

    private static void Drop(int count)
    {
        using (Library library = Library.Builtin())
        using (Cohort cohort = Cohort.FromJson(library, Runner.Read(Town)))
        using (RatedCohort rated = cohort.Rate())
        {
            for (int number = 0; number < count; number++)
            {
                Rulebook rulebook = Rulebook.Builtin("366-qd-tw");
                rulebook.NewCase("member").SetInteger(0, 1);
                ArrowStream members = rated.Table("member");
                rulebook.RateStream("member", members, "{\"prefix\": \"again_\"}", new Callbacks { Progress = rows => true });
            }
        }
    }

    public static void WhatIsNotDisposedOfIsFinalised()
    {
        Drop(200);
        for (int times = 0; times < 50 && CallbackRun.Held > 0; times++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        // The stack is looked through conservatively: a few may seem to be in use.
        Expect.True(CallbackRun.Held < 20, "streams released by their finalisers, found held: " + CallbackRun.Held);
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        {
            Expect.True(rulebook.RateJson("member", "{}").Length > 100, "a result after all of that");
        }
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        string pages = System.IO.File.ReadAllText("/proc/self/statm").Split(' ')[1];
        return long.Parse(pages) * 4096;
    }

    /// <summary>Results, errors, handles and callbacks: what was freed is there for the next call.</summary>
    public static void NothingIsLeaked()
    {
        if (!System.IO.File.Exists("/proc/self/statm"))
        {
            return;
        }
        using (Library library = Library.Builtin())
        using (Cohort cohort = Cohort.FromJson(library, Runner.Read(Town)))
        using (RatedCohort rated = cohort.Rate())
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        using (Case one = rulebook.NewCase("member"))
        {
            // A long text, so that few calls show a leak.
            string policies = "{\"" + new string('x', 20000) + "\": \"y\"}";
            byte[] facts = Utf8.Optional("{}");
            Dictionary<string, Action> calls = new Dictionary<string, Action>
            {
                { "texts", () => rulebook.ToJson() },
                { "bytes", () => rulebook.RateUtf8("member", facts) },
                { "errors", () => Expect.Throws<XeploaiException>(() => rulebook.RateJson("member", "{}", policies)) },
                { "cases", () => rulebook.NewCase("member").Dispose() },
                { "texts of a case", () => { one.Clear(); one.SetText(0, policies); one.ToJson(); } },
                { "streams", () => rated.Table("member").Dispose() },
            };
            foreach (KeyValuePair<string, Action> call in calls)
            {
                int times = call.Key == "errors" || call.Key.StartsWith("text", StringComparison.Ordinal) ? 200 : 2000;
                long least = long.MaxValue;
                // What the runtime keeps for itself grows at first, and comes and goes: a leak grows in every round.
                for (int round = 0; round < 4 && least > 3000000; round++)
                {
                    long before = Resident();
                    for (int time = 0; time < times; time++)
                    {
                        call.Value();
                    }
                    least = Math.Min(least, Resident() - before);
                }
                Expect.True(least < 3000000, call.Key + " to be freed, found " + least + " bytes more after " + times + " calls");
            }
        }
    }

    public static void EightThreadsShareARulebook()
    {
        List<string[]> cases = new List<string[]>();
        foreach (string[] fields in FaceTests.Lines())
        {
            if (fields[0] == "rate" && fields[1] == "366-qd-tw" && fields[6] == "ok")
            {
                cases.Add(fields);
            }
        }
        Expect.True(cases.Count > 5, "cases");
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        {
            Threads.Run(8, () =>
            {
                for (int times = 0; times < 20; times++)
                {
                    foreach (string[] fields in cases)
                    {
                        Expect.Same(fields[7], rulebook.RateJson(fields[3], fields[5], fields[4]));
                    }
                }
            });
        }
    }

    public static void ThreadsThatShareACaseWait()
    {
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        using (Case one = rulebook.NewCase("member"))
        {
            string expected = one.ToJson();
            Threads.Run(4, () =>
            {
                for (int times = 0; times < 200; times++)
                {
                    Expect.Same(expected, one.ToJson());
                }
            });
        }
    }
}
