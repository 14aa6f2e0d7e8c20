package vn.xeploai;

import java.util.Locale;

/** The figures of one case of 366-QD/TW: `make bench-java`. Each is the least of several runs, in microseconds. */
public final class Bench {
    private static final int RUNS = 15;
    private static final int CALLS = 2_000;

    private static long sink;

    private Bench() {}

    private static void measure(String what, Runnable call) {
        double least = Double.MAX_VALUE;
        for (int run = 0; run < RUNS; run++) {
            long begun = System.nanoTime();
            for (int times = 0; times < CALLS; times++) {
                call.run();
            }
            least = Math.min(least, (System.nanoTime() - begun) / 1000.0 / CALLS);
        }
        System.out.printf(Locale.ROOT, "%-60s %8.2f us%n", what, least);
    }

    /** Measures. */
    public static void main(String[] arguments) {
        System.out.printf("xeploai %s, Java %s, %s%n", Xeploai.version(), System.getProperty("java.version"), Xeploai.binding());
        try (Rulebook rulebook = Rulebook.builtin("366-qd-tw");
                Case one = rulebook.newCase("member")) {
            measure("rateJson, text in and text out", () -> sink += rulebook.rateJson("member", Faces.MEMBER).length());
            measure("a text of " + rulebook.rateJson("member", Faces.MEMBER).length() + " characters: setJson and toJson", () -> {
                one.clear().setJson(Faces.MEMBER);
                sink += one.toJson().length();
            });
            String[] names = {
                "tasks_assigned", "tasks_done", "tasks_late", "tasks_below_standard", "tasks_exceeded",
                "shortcomings_noted", "shortcomings_remedied"
            };
            int[] numbers = new int[names.length];
            for (int place = 0; place < names.length; place++) {
                numbers[place] = one.fact(names[place]);
            }
            String[] others = {
                "exempt_from_activities", "suspended_from_activities", "degradation_concluded", "conduct_breach_concluded",
                "discipline_for_earlier_violation", "self_detected_and_remedied"
            };
            int[] truths = new int[others.length];
            for (int place = 0; place < others.length; place++) {
                truths[place] = one.fact(others[place]);
            }
            int[] scores = {one.fact("score_general"), one.fact("score_results")};
            int[] days = {one.fact("period_end"), one.fact("admitted_on")};
            int discipline = one.fact("discipline_on_duty");
            java.time.LocalDate end = java.time.LocalDate.of(2025, 12, 31);
            java.time.LocalDate admitted = java.time.LocalDate.of(2010, 5, 19);
            long[] values = {10, 10, 0, 0, 2, 2, 2};
            measure("typed: clear, 18 facts by their places, rate", () -> {
                one.clear();
                one.setDate(days[0], end).setDate(days[1], admitted).setText(discipline, "none");
                one.setDecimal(scores[0], 28, 0).setDecimal(scores[1], 6199, 2);
                for (int place = 0; place < numbers.length; place++) {
                    one.setInteger(numbers[place], values[place]);
                }
                for (int truth : truths) {
                    one.setBoolean(truth, false);
                }
                sink += one.rate().level();
            });
            int late = numbers[2];
            measure("typed: clear, one fact, rate", () -> {
                one.clear();
                sink += one.setInteger(late, 1).rate().atLeast();
            });
        }
        if (sink == 0) {
            throw new AssertionError("nothing was rated");
        }
    }
}
