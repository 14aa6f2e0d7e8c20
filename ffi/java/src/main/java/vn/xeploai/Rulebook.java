package vn.xeploai;

import java.util.Objects;

/**
 * One regulation with its guidance, ready to rate. It never changes; any number of threads may use it.
 *
 * <pre>{@code
 * try (Rulebook rulebook = Rulebook.builtin("366-qd-tw")) {
 *     System.out.println(rulebook.rateJson("member", "{\"exempt_from_activities\": true}"));
 * }
 * }</pre>
 */
public final class Rulebook implements AutoCloseable {
    final Handle handle;

    Rulebook(Native lib, long address) {
        this.handle = new Handle(this, lib, address, Function.RULEBOOK_FREE);
    }

    /**
     * A rulebook that comes with the package: of one that was amended the latest version.
     *
     * @param id its id, such as {@code 366-qd-tw}
     * @return the rulebook; close it
     * @throws XeploaiException {@link Status#NOT_FOUND} where there is none of this id, {@link Status#ABI_MISMATCH} where the
     *     native library has another binary interface
     * @throws UnsatisfiedLinkError where the native library is not found
     */
    public static Rulebook builtin(String id) {
        return builtin(id, null);
    }

    /**
     * A rulebook that comes with the package: the version that is in force on a day.
     *
     * @param id its id, such as {@code nd-90-2020}
     * @param on the day, {@code YYYY-MM-DD}; null or empty for the latest version
     * @return the rulebook; close it
     * @throws XeploaiException {@link Status#NOT_FOUND} where there is none of this id, {@link Status#NOT_IN_FORCE} where none is in force on the day,
     *     {@link Status#INVALID_ARGUMENT} where the day is none, {@link Status#ABI_MISMATCH} where the native library has
     *     another binary interface
     * @throws UnsatisfiedLinkError where the native library is not found
     */
    public static Rulebook builtin(String id, String on) {
        Native lib = Binding.get();
        try (Frame frame = new Frame(lib, Utf8.of(id, "id"), Utf8.optional(on, "on"))) {
            return new Rulebook(
                    lib,
                    frame.word(
                            Function.RULEBOOK_BUILTIN, frame.at(0), frame.length(0), frame.at(1), frame.length(1)));
        }
    }

    /**
     * A rulebook, or an overlay on one that comes with the package, from JSON.
     *
     * @param json the document
     * @return the rulebook; close it
     * @throws XeploaiException {@link Status#LOAD} with every fault where it cannot be loaded
     */
    public static Rulebook load(String json) {
        Native lib = Binding.get();
        try (Frame frame = new Frame(lib, Utf8.of(json, "json"))) {
            return new Rulebook(lib, frame.word(Function.RULEBOOK_LOAD, frame.at(0), frame.length(0)));
        }
    }

    /**
     * This rulebook with an overlay on it, such as a province's own regulation. This one stays as it is.
     *
     * @param json the overlay
     * @return a new rulebook; close it
     * @throws XeploaiException {@link Status#LOAD} with every fault
     * @throws IllegalStateException where this rulebook was closed
     */
    public Rulebook withOverlay(String json) {
        byte[] text = Utf8.of(json, "json");
        long address = handle.acquire();
        try (Frame frame = new Frame(handle.lib(), text)) {
            return new Rulebook(
                    handle.lib(), frame.word(Function.RULEBOOK_WITH_OVERLAY, address, frame.at(0), frame.length(0)));
        } finally {
            handle.release();
        }
    }

    /**
     * The canonical JSON, over which the digest is taken.
     *
     * @return the JSON text
     * @throws IllegalStateException where this rulebook was closed
     */
    public String toJson() {
        return text(0, Language.VIETNAMESE);
    }

    /**
     * What a program has to know before it rates, as JSON: {@code id}, {@code version}, {@code digest}, {@code levels} (the
     * lowest first), {@code policies}, of each of the {@code subjects} its {@code facts} in the order of their places, and
     * how its {@code reasons} are read.
     *
     * @return the JSON text
     * @throws IllegalStateException where this rulebook was closed
     */
    public String summaryJson() {
        return text(1, Language.VIETNAMESE);
    }

    /**
     * A page for jurists in Markdown: each rule, its words and its source.
     *
     * @param language the language
     * @return the page
     * @throws IllegalStateException where this rulebook was closed
     */
    public String page(Language language) {
        return text(2, Objects.requireNonNull(language, "language"));
    }

    /**
     * The SHA-256 digest of the canonical form.
     *
     * @return {@code sha256:} and 64 hexadecimal digits
     * @throws IllegalStateException where this rulebook was closed
     */
    public String digest() {
        return text(3, Language.VIETNAMESE);
    }

    private String text(int what, Language language) {
        long address = handle.acquire();
        try (Frame frame = new Frame(handle.lib())) {
            return frame.bytes(Function.RULEBOOK_TEXT, address, what, language.ordinal());
        } finally {
            handle.release();
        }
    }

    /**
     * Rates one case under the default policies, JSON in and JSON out.
     *
     * @param subject the code of the kind, such as {@code member}
     * @param facts a JSON object of facts; facts that are not in order give the outcome {@code invalid}, never an exception
     * @return the result as JSON, the same bytes as every other face gives
     * @throws XeploaiException {@link Status#UNKNOWN_SUBJECT}
     * @throws IllegalStateException where this rulebook was closed
     */
    public String rateJson(String subject, String facts) {
        return rateJson(subject, facts, null);
    }

    /**
     * Rates one case, JSON in and JSON out.
     *
     * <pre>{@code
     * String result = rulebook.rateJson("member", "{\"score_general\": 28, \"score_results\": \"61.99\"}", null);
     * }</pre>
     *
     * @param subject the code of the kind, such as {@code member}
     * @param facts a JSON object of facts; facts that are not in order give the outcome {@code invalid}, never an exception
     * @param policies a JSON object of names of policies to options; null or empty for the defaults
     * @return the result as JSON, the same bytes as every other face gives
     * @throws XeploaiException {@link Status#UNKNOWN_SUBJECT}; {@link Status#POLICY} for a policy or an option that the
     *     rulebook does not have; {@link Status#REQUEST} where the policies are no such object
     * @throws IllegalStateException where this rulebook was closed
     */
    public String rateJson(String subject, String facts, String policies) {
        byte[][] texts = {Utf8.of(subject, "subject"), Utf8.of(facts, "facts"), Utf8.optional(policies, "policies")};
        long address = handle.acquire();
        try (Frame frame = new Frame(handle.lib(), texts)) {
            return frame.bytes(
                    Function.RULEBOOK_RATE_JSON,
                    address,
                    frame.at(0),
                    frame.length(0),
                    frame.at(1),
                    frame.length(1),
                    frame.at(2),
                    frame.length(2));
        } finally {
            handle.release();
        }
    }

    /**
     * A case of which nothing is known yet, under the default policies.
     *
     * @param subject the code of the kind, such as {@code member}
     * @return the case, for one subject of the kind after another; close it
     * @throws XeploaiException {@link Status#UNKNOWN_SUBJECT}
     * @throws IllegalStateException where this rulebook was closed
     */
    public Case newCase(String subject) {
        return newCase(subject, null);
    }

    /**
     * A case of which nothing is known yet.
     *
     * @param subject the code of the kind, such as {@code member}
     * @param policies a JSON object of names of policies to options; null or empty for the defaults
     * @return the case, for one subject of the kind after another; close it
     * @throws XeploaiException {@link Status#UNKNOWN_SUBJECT}, {@link Status#POLICY}, {@link Status#REQUEST}
     * @throws IllegalStateException where this rulebook was closed
     */
    public Case newCase(String subject, String policies) {
        byte[][] texts = {Utf8.of(subject, "subject"), Utf8.optional(policies, "policies")};
        long address = handle.acquire();
        try (Frame frame = new Frame(handle.lib(), texts)) {
            return new Case(
                    handle.lib(),
                    frame.word(
                            Function.CASE_NEW,
                            address,
                            frame.at(0),
                            frame.length(0),
                            frame.at(1),
                            frame.length(1)));
        } finally {
            handle.release();
        }
    }

    /**
     * Rates every row of a table as its case alone would be rated: a stream of Arrow in, the same columns with the results
     * behind them out ({@code outcome}, {@code at_least}, {@code at_most}, {@code score}, {@code reasons}). It is rated as
     * {@code out} is read, in bounded memory; what is wrong with a row is told by its outcome.
     *
     * <p>Streams are addresses of structs {@code ArrowArrayStream} of the C stream interface, such as
     * {@code ArrowArrayStream.memoryAddress()} of Arrow Java gives them. An address of anything else ends the process.
     *
     * @param subject the code of the kind, such as {@code member}
     * @param table the address of the stream, which is moved out, also where the call fails
     * @param options a JSON object: {@code policies}, {@code threads} (0: as many as the machine runs), {@code keep} (names of
     *     foreign columns that are nearly those of facts), {@code prefix} (of the names of the results); null or empty for
     *     none of them
     * @param callbacks what is called while the stream is read, until it is released; may be null. An exception of theirs is
     *     kept in {@link Callbacks#exception()}
     * @param out the address of the struct where the stream goes; release it by its own {@code release}. Errors and a stop
     *     come out of its {@code get_next}
     * @throws XeploaiException {@link Status#TABLE} with everything that is wrong with the columns,
     *     {@link Status#UNKNOWN_SUBJECT}, {@link Status#POLICY}, {@link Status#REQUEST}, {@link Status#STREAM},
     *     {@link Status#NULL} where an address is 0
     * @throws IllegalStateException where this rulebook was closed
     */
    public void rateStream(String subject, long table, String options, Callbacks callbacks, long out) {
        byte[][] texts = {Utf8.of(subject, "subject"), Utf8.optional(options, "options")};
        long address = handle.acquire();
        try (Frame frame = new Frame(handle.lib(), Callbacks.SIZE, texts)) {
            Callbacks.Use use = Callbacks.use(handle.lib(), callbacks, frame);
            frame.run(
                    Function.RULEBOOK_RATE_STREAM,
                    address,
                    frame.at(0),
                    frame.length(0),
                    table,
                    frame.at(1),
                    frame.length(1),
                    use == null ? 0 : frame.room(),
                    out);
        } finally {
            handle.release();
        }
    }

    /**
     * Holds the quotas of a kind on a table that {@link #rateStream} rated: groups counted, those over left to the authority
     * or, where a local policy says so, stepping down by its ranking. The whole table is in memory.
     *
     * @param subject the code of the kind, such as {@code member}
     * @param rated the address of the stream of the rated table, which is moved out, also where the call fails
     * @param options a JSON object: {@code policies}, {@code groups} (names of groupings to lists of columns), {@code rates}
     *     (objects with {@code quota}, {@code grouping}, {@code group}, {@code rate}, {@code decision}), {@code id} (the
     *     column of the ids), {@code invalid} ({@code open} or {@code left_out}), {@code prefix}, {@code threads}; null or
     *     empty for none of them
     * @param out the address of the struct where the stream of the table after the quotas goes
     * @return a JSON list of what each quota came to, group by group
     * @throws XeploaiException as {@link #rateStream}
     * @throws IllegalStateException where this rulebook was closed
     */
    public String holdStream(String subject, long rated, String options, long out) {
        byte[][] texts = {Utf8.of(subject, "subject"), Utf8.optional(options, "options")};
        long address = handle.acquire();
        try (Frame frame = new Frame(handle.lib(), texts)) {
            return frame.bytes(
                    Function.RULEBOOK_HOLD_STREAM,
                    address,
                    frame.at(0),
                    frame.length(0),
                    rated,
                    frame.at(1),
                    frame.length(1),
                    out);
        } finally {
            handle.release();
        }
    }

    /**
     * Counts a rated table by outcome and level: one row for each group.
     *
     * @param rated the address of the stream of the rated table, which is moved out, also where the call fails
     * @param options a JSON object: {@code by} (columns that make groups; {@code unit_id // 200} divides whole numbers),
     *     {@code decimals} (for shares of the levels among those rated), {@code prefix}, {@code threads}; null or empty for
     *     none of them
     * @param out the address of the struct where the stream of the counts goes
     * @throws XeploaiException as {@link #rateStream}
     * @throws IllegalStateException where this rulebook was closed
     */
    public void tallyStream(long rated, String options, long out) {
        byte[] text = Utf8.optional(options, "options");
        long address = handle.acquire();
        try (Frame frame = new Frame(handle.lib(), text)) {
            frame.run(Function.RULEBOOK_TALLY_STREAM, address, rated, frame.at(0), frame.length(0), out);
        } finally {
            handle.release();
        }
    }

    /** Frees the rulebook. Cases and cohorts that came of it live on. Closing twice is harmless. */
    @Override
    public void close() {
        handle.close();
    }
}
