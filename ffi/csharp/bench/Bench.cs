using System;
using System.Diagnostics;
using System.Text;
using Xeploai;

/// <summary>
/// What one case costs through C#: the 366 member with all facts as JSON, and fact by fact in a case that is used again. The
/// smallest of several runs counts, as what is above it is somebody else's work on the machine.
/// </summary>
internal static class Bench
{
    private const string Facts = "{\"period_end\": \"2025-12-31\", \"admitted_on\": \"2010-05-19\", \"exempt_from_activities\": false, "
        + "\"suspended_from_activities\": false, \"score_general\": 28, \"score_results\": 61.99, \"tasks_assigned\": 10, \"tasks_done\": 10, "
        + "\"tasks_late\": 0, \"tasks_below_standard\": 0, \"tasks_exceeded\": 2, \"shortcomings_noted\": 0, \"degradation_concluded\": false, "
        + "\"conduct_breach_concluded\": false, \"discipline_on_duty\": \"none\"}";

    private static double Least(int runs, int times, Action action)
    {
        double least = double.MaxValue;
        for (int run = 0; run < runs; run++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            for (int time = 0; time < times; time++)
            {
                action();
            }
            least = Math.Min(least, watch.Elapsed.TotalMilliseconds * 1000 / times);
        }
        return least;
    }

    private static void Main(string[] arguments)
    {
        int runs = arguments.Length > 0 ? int.Parse(arguments[0]) : 15;
        int times = arguments.Length > 1 ? int.Parse(arguments[1]) : 200;
        using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
        using (Case one = rulebook.NewCase("member"))
        {
            Func<string, int> place = one.Fact;
            int end = place("period_end"), admitted = place("admitted_on"), exempt = place("exempt_from_activities");
            int suspended = place("suspended_from_activities"), general = place("score_general"), results = place("score_results");
            int assigned = place("tasks_assigned"), done = place("tasks_done"), late = place("tasks_late");
            int below = place("tasks_below_standard"), exceeded = place("tasks_exceeded"), noted = place("shortcomings_noted");
            int degraded = place("degradation_concluded"), breach = place("conduct_breach_concluded"), duty = place("discipline_on_duty");
            DateTime last = new DateTime(2025, 12, 31), first = new DateTime(2010, 5, 19);
            Action set = () =>
            {
                one.Clear();
                one.SetDate(end, last);
                one.SetDate(admitted, first);
                one.SetBoolean(exempt, false);
                one.SetBoolean(suspended, false);
                one.SetInteger(general, 28);
                one.SetDecimal(results, 61.99m);
                one.SetInteger(assigned, 10);
                one.SetInteger(done, 10);
                one.SetInteger(late, 0);
                one.SetInteger(below, 0);
                one.SetInteger(exceeded, 2);
                one.SetInteger(noted, 0);
                one.SetBoolean(degraded, false);
                one.SetBoolean(breach, false);
                one.SetText(duty, "none");
            };
            set();
            string json = rulebook.RateJson("member", Facts);
            if (one.ToJson() != json || one.Rate().Outcome != Outcome.Rated)
            {
                throw new Exception("the two paths differ: " + json);
            }
            Console.WriteLine("C#, JSON in and out ({0} characters out): {1:F1} us", json.Length, Least(runs, times, () => rulebook.RateJson("member", Facts)));
            byte[] facts = new UTF8Encoding(false).GetBytes(Facts);
            Console.WriteLine("C#, the same in UTF-8: {0:F1} us", Least(runs, times, () => rulebook.RateUtf8("member", facts)));
            Console.WriteLine("C#, fact by fact: {0:F1} us", Least(runs, times, () => { set(); one.Rate(); }));
            // Nothing to rate: what remains is the way there and back.
            Console.WriteLine("C#, a text of 71 characters: {0:F2} us", Least(runs, 20 * times, () => { GC.KeepAlive(rulebook.Digest); }));
        }
    }
}
