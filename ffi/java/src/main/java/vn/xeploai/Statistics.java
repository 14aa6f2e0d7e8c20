package vn.xeploai;

/** Questions of statistics: counts and shares, series over years, Biểu 6F, the misprints of a published table. */
public final class Statistics {
    private Statistics() {}

    /**
     * Answers a question.
     *
     * <pre>{@code
     * String answer = Statistics.ask("tally", "{\"rows\": [{\"outcome\": \"rated\", \"level\": \"good\", \"times\": 3}]}");
     * }</pre>
     *
     * @param question {@code tally} (counts and shares of rows), {@code years} (a series over years), {@code shares} (of
     *     counts), {@code form_6f}, {@code check_form_6f}, or {@code check_table} (a published table)
     * @param request a JSON object, as the documentation of the statistics describes it
     * @return the JSON text of the answer
     * @throws XeploaiException {@link Status#INVALID_ARGUMENT} for another question, {@link Status#REQUEST} where the request
     *     is not in order
     */
    public static String ask(String question, String request) {
        try (Frame frame = new Frame(Binding.get(), Utf8.of(question, "question"), Utf8.of(request, "request"))) {
            return frame.bytes(Function.STATISTICS, frame.at(0), frame.length(0), frame.at(1), frame.length(1));
        }
    }
}
