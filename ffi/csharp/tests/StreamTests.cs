using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;
using Xeploai;

/// <summary>Tables through a chain of streams, and callbacks that stop it or throw.</summary>
public static class StreamTests
{
    internal const string Again = "{\"prefix\": \"again_\"}";

    /// <summary>
    /// Members of whom only the day of their admission is known, which is too late for every third; as a table of their kind,
    /// which has the columns that the request names.
    /// </summary>
    internal static ArrowStream Members(int count)
    {
        StringBuilder members = new StringBuilder();
        for (int number = 0; number < count; number++)
        {
            members.Append(number == 0 ? "" : ",").Append("{\"id\": \"DV").Append(number).Append("\", \"cell\": \"CB").Append(number % 2);
            members.Append("\", \"admitted_on\": \"").Append(number % 3 == 0 ? "2025-12-01" : "2010-05-19").Append("\"}");
        }
        string request = "{\"period_end\": \"2025-12-31\", \"columns\": [\"cell\", \"admitted_on\"], \"subjects\": {\"member\": [" + members + "]}}";
        using (Library library = Library.Builtin())
        using (Cohort cohort = Cohort.FromJson(library, request))
        using (RatedCohort rated = cohort.Rate())
        {
            return rated.Table("member");
        }
    }

    private static Rulebook Builtin()
    {
        return Rulebook.Builtin("366-qd-tw");
    }

    public static void AChainOfStreamsWithoutALibraryOfArrow()
    {
        using (Rulebook rulebook = Builtin())
        using (ArrowStream members = Members(30))
        using (ArrowStream rated = rulebook.RateStream("member", members, Again))
        {
            Expect.True(members.IsEmpty, "a stream that was moved out");
            using (ArrowStream counts = rulebook.TallyStream(rated, "{\"prefix\": \"again_\", \"by\": [\"cell\"]}"))
            {
                Expect.True(rated.IsEmpty, "a stream that was moved out");
                Dictionary<string, List<object>> table = Arrow.Table(counts);
                Expect.Same("CB0,CB1", string.Join(",", table["cell"]));
                Expect.Same("5,5", string.Join(",", table["not_reviewed"]));
                Expect.Same("10,10", string.Join(",", table["undetermined"]));
                Expect.Same("0,0", string.Join(",", table["invalid"]));
                byte[] room = new byte[80];
                GCHandle pinned = GCHandle.Alloc(room, GCHandleType.Pinned);
                Expect.Same(false, counts.GetNext(pinned.AddrOfPinnedObject()), "nothing after the last");
                pinned.Free();
            }
        }
    }

    public static void ColumnsThatAreNoFactsGoThrough()
    {
        using (Rulebook rulebook = Builtin())
        using (ArrowStream rated = rulebook.RateStream("member", Members(30), "{\"prefix\": \"again_\", \"keep\": [\"own_outcome\"], \"threads\": 1}"))
        using (ArrowStream counts = rulebook.TallyStream(rated, "{\"prefix\": \"own_\", \"decimals\": 2}"))
        {
            // What the cohort found went through the second rating: it is counted here.
            Dictionary<string, List<object>> table = Arrow.Table(counts);
            Expect.Same(10L, table["not_reviewed"][0]);
            Expect.Same(20L, table["undetermined"][0]);
        }
    }

    public static void StreamsInTheMemoryOfTheCaller()
    {
        using (Rulebook rulebook = Builtin())
        using (ArrowStream members = Members(6))
        using (ArrowStream rated = new ArrowStream())
        using (ArrowStream held = new ArrowStream())
        using (ArrowStream counts = new ArrowStream())
        {
            rulebook.RateStream("member", members.Pointer, Again, null, rated.Pointer);
            string quotas = rulebook.HoldStream("member", rated.Pointer, "{\"prefix\": \"again_\", \"id\": \"id\", \"groups\": {\"position_group\": [\"cell\"]}}", held.Pointer);
            Expect.True(Json.Of(quotas) is List<object>, "a list, found " + quotas);
            rulebook.TallyStream(held.Pointer, Again, counts.Pointer);
            Expect.Same(1L, Arrow.Rows(counts));
        }
    }

    public static void TheRatedTableHasTheColumnsOfTheFirst()
    {
        using (Rulebook rulebook = Builtin())
        using (ArrowStream members = Members(6))
        {
            List<KeyValuePair<string, string>> before = Arrow.Columns(members);
            using (ArrowStream rated = rulebook.RateStream("member", members, Again))
            {
                List<KeyValuePair<string, string>> after = Arrow.Columns(rated);
                for (int place = 0; place < before.Count; place++)
                {
                    Expect.Same(before[place], after[place]);
                }
                Expect.Same("again_outcome", after[before.Count].Key);
                string quotas;
                using (ArrowStream held = rulebook.HoldStream("member", rated, "{\"prefix\": \"again_\", \"groups\": {\"position_group\": [\"cell\"]}}", out quotas))
                {
                    Expect.Same(6L, Arrow.Rows(held));
                }
            }
        }
    }

    public static void ATableGoesIntoACohort()
    {
        using (Library library = Library.Builtin())
        using (Cohort cohort = Cohort.FromJson(library, "{\"period_end\": \"2025-12-31\", \"columns\": [\"cell\"]}"))
        using (ArrowStream members = Members(7))
        {
            Expect.Throws<XeploaiException>(() => cohort.Add(TableKind.Subjects, "member", new ArrowStream()));
            cohort.Add(TableKind.Subjects, "member", members);
            using (RatedCohort rated = cohort.Rate())
            using (ArrowStream table = rated.Table("member"))
            {
                Expect.Same(7L, Arrow.Rows(table));
            }
        }
    }

    /// <summary>A library of Arrow for .NET makes streams of delegates of its own: they are read and released all the same.</summary>
    public static void AStreamThatDotNetMade()
    {
        int before = Arrow.Living;
        ArrowStream unread = Arrow.Of("id:u|exempt_from_activities:b\nA|true");
        Expect.Same(before + 1, Arrow.Living);
        unread.Dispose();
        Expect.Same(before, Arrow.Living, "released although nobody read it");
        using (ArrowStream read = Arrow.Of("id:u|exempt_from_activities:b\nA|true"))
        {
            Expect.Same("exempt_from_activities", Arrow.Columns(read)[1].Key);
            Expect.Same(1L, Arrow.Rows(read));
        }
        using (ArrowStream broken = Arrow.Broken("h\u1ecfng"))
        {
            XeploaiException error = Expect.Throws<XeploaiException>(() => Arrow.Rows(broken));
            Expect.Same(Status.Stream, error.Status);
            Expect.Same("h\u1ecfng", error.MessageVi);
        }
        Expect.Same(before, Arrow.Living);
    }

    public static void WhatIsWrongWithColumnsIsToldAllAtOnce()
    {
        using (Rulebook rulebook = Builtin())
        using (ArrowStream members = Members(3))
        {
            // The table has results already: their names are taken.
            XeploaiException error = Expect.Throws<XeploaiException>(() => rulebook.RateStream("member", members));
            Expect.Same(Status.Table, error.Status);
            Expect.True(((List<object>)Json.Object(error.Json)["faults"]).Count > 2, "faults");
            Expect.True(error.MessageVi != error.MessageEn, "two languages");
            Expect.True(members.IsEmpty, "moved out also where the call fails");
            Expect.Same(Status.Stream, Expect.Throws<XeploaiException>(() => rulebook.RateStream("member", members)).Status);
            Expect.Same(Status.Request, Expect.Throws<XeploaiException>(() => rulebook.RateStream("member", Members(1), "{\"prefixes\": 1}")).Status);
            Expect.Same(Status.Stream, Expect.Throws<XeploaiException>(() => Arrow.Columns(members)).Status);
        }
    }
}

/// <summary>Progress and log.</summary>
public static class CallbackTests
{
    private sealed class Odd : Exception { }

    private static T InTown<T>(Func<Cohort, T> ask)
    {
        using (Library library = Library.Builtin())
        using (Cohort cohort = Cohort.FromJson(library, Runner.Read("tests/cases/town.json")))
        {
            return ask(cohort);
        }
    }

    public static void ProgressOfACohort()
    {
        List<ulong> told = new List<ulong>();
        Callbacks callbacks = new Callbacks { Progress = rows => { told.Add(rows); return true; } };
        string with = InTown(cohort => { using (RatedCohort rated = cohort.Rate(callbacks)) { return rated.ToJson(); } });
        string without = InTown(cohort => { using (RatedCohort rated = cohort.Rate()) { return rated.ToJson(); } });
        Expect.Same(without, with);
        Expect.True(told.Count > 0 && told[told.Count - 1] == 6, "all subjects, found " + string.Join(",", told));
        Expect.Same(0, CallbackRun.Held);
    }

    public static void ACohortIsStoppedByFalseAndByAnException()
    {
        Callbacks stop = new Callbacks { Progress = rows => false };
        XeploaiException error = Expect.Throws<XeploaiException>(() => InTown(cohort => cohort.Rate(stop)));
        Expect.Same(Status.Cancelled, error.Status);
        Expect.True(error.MessageVi != error.MessageEn, "two languages");
        Expect.Same(null, stop.Exception);

        int calls = 0;
        Callbacks odd = new Callbacks { Progress = rows => { calls++; throw new Odd(); } };
        Odd thrown = Expect.Throws<Odd>(() => InTown(cohort => cohort.Rate(odd)));
        Expect.Same(thrown, odd.Exception);
        Expect.Same(1, calls);
        Expect.True(thrown.StackTrace.IndexOf("CallbackTests", StringComparison.Ordinal) > 0, "where it was thrown");
        Expect.Same(0, CallbackRun.Held);

        // The same object for the next call: nothing is left of the last.
        odd.Progress = rows => true;
        InTown(cohort => { cohort.Rate(odd).Dispose(); return 0; });
        Expect.Same(null, odd.Exception);
    }

    public static void ACallbackMayCallTheLibrary()
    {
        string inside = null;
        Callbacks callbacks = new Callbacks
        {
            Progress = rows =>
            {
                inside = inside ?? InTown(cohort => { using (RatedCohort rated = cohort.Rate(new Callbacks { Progress = more => true })) { return rated.ToJson(); } });
                return true;
            },
        };
        string outside = InTown(cohort => { using (RatedCohort rated = cohort.Rate(callbacks)) { return rated.ToJson(); } });
        Expect.Same(outside, inside);
    }

    public static void TheLogOfATable()
    {
        List<string> told = new List<string>();
        Callbacks callbacks = new Callbacks { Log = (vi, en) => { told.Add(vi); told.Add(en); } };
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        using (ArrowStream rated = rulebook.RateStream("member", StreamTests.Members(3), StreamTests.Again, callbacks))
        {
            Expect.Same(2, told.Count);
            Expect.True(told[0] != told[1] && told[0].IndexOf("score_general", StringComparison.Ordinal) > 0, "facts that no column states, found " + told[0]);
            Expect.Same(1, CallbackRun.Held);
            Expect.Same(3L, Arrow.Rows(rated));
        }
        Expect.Same(0, CallbackRun.Held, "let go of when the stream is released");
    }

    public static void AnExceptionOfTheLogEndsTheCall()
    {
        Callbacks callbacks = new Callbacks { Log = (vi, en) => { throw new Odd(); } };
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        using (ArrowStream output = new ArrowStream())
        {
            Expect.Throws<Odd>(() => rulebook.RateStream("member", StreamTests.Members(3), StreamTests.Again, callbacks));
            using (ArrowStream members = StreamTests.Members(3))
            {
                Expect.Throws<Odd>(() => rulebook.RateStream("member", members.Pointer, StreamTests.Again, callbacks, output.Pointer));
            }
            Expect.True(output.IsEmpty, "nothing to release");
        }
        Expect.Same(0, CallbackRun.Held);
    }

    public static void TheReadingOfATableIsStopped()
    {
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        {
            Callbacks stop = new Callbacks { Progress = rows => false };
            using (ArrowStream rated = rulebook.RateStream("member", StreamTests.Members(50), StreamTests.Again, stop))
            {
                Expect.Same(Status.Cancelled, Expect.Throws<XeploaiException>(() => Arrow.Rows(rated)).Status);
            }
            using (ArrowStream rated = rulebook.RateStream("member", StreamTests.Members(50), StreamTests.Again, stop))
            {
                XeploaiException error = Expect.Throws<XeploaiException>(() => rulebook.TallyStream(rated, StreamTests.Again));
                Expect.Same("cancelled", error.Name);
                Expect.True(error.MessageVi != error.MessageEn, "two languages");
            }
            Callbacks odd = new Callbacks { Progress = rows => { throw new Odd(); } };
            using (ArrowStream rated = rulebook.RateStream("member", StreamTests.Members(50), StreamTests.Again, odd))
            {
                Expect.Throws<Odd>(() => Arrow.Rows(rated));
            }
            // Somebody else reads the table: what was thrown still comes out.
            using (ArrowStream rated = rulebook.RateStream("member", StreamTests.Members(50), StreamTests.Again, odd))
            {
                Expect.Throws<Odd>(() => rulebook.TallyStream(rated, StreamTests.Again));
            }
            using (ArrowStream rated = rulebook.RateStream("member", StreamTests.Members(50), StreamTests.Again, odd))
            using (ArrowStream twice = rulebook.RateStream("member", rated, "{\"prefix\": \"third_\"}"))
            {
                Expect.Throws<Odd>(() => Arrow.Rows(twice));
            }
            using (ArrowStream members = StreamTests.Members(50))
            using (ArrowStream rated = new ArrowStream())
            using (ArrowStream counts = new ArrowStream())
            {
                rulebook.RateStream("member", members.Pointer, StreamTests.Again, odd, rated.Pointer);
                XeploaiException error = Expect.Throws<XeploaiException>(() => rulebook.TallyStream(rated.Pointer, StreamTests.Again, counts.Pointer));
                Expect.Same(Status.Stream, error.Status);
                Expect.True(odd.Exception is Odd, "the exception, kept");
            }
        }
        Expect.Same(0, CallbackRun.Held);
    }
}
