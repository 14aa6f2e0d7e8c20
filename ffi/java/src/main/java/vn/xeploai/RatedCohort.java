package vn.xeploai;

import java.util.Objects;

/** A cohort as it was rated. It never changes; any number of threads may use it. */
public final class RatedCohort implements AutoCloseable {
    private final Handle handle;

    RatedCohort(Native lib, long address) {
        this.handle = new Handle(this, lib, address, Function.RATED_COHORT_FREE);
    }

    /**
     * Everything that came out, as JSON: {@code stages}, {@code quotas}, {@code problems}, {@code findings},
     * {@code subjects}.
     *
     * @return the JSON text
     * @throws IllegalStateException where this cohort was closed
     */
    public String toJson() {
        return text(2, null, Language.VIETNAMESE);
    }

    /**
     * The rating of one subject with all its findings, before the quotas.
     *
     * @param id the id of the subject
     * @return the JSON text, as {@link Rulebook#rateJson(String, String)} gives it
     * @throws XeploaiException {@link Status#NOT_FOUND} where nobody has the id
     * @throws IllegalStateException where this cohort was closed
     */
    public String ratingJson(String id) {
        return text(0, Objects.requireNonNull(id, "id"), Language.VIETNAMESE);
    }

    /**
     * The rating of one subject in words, before the quotas.
     *
     * @param id the id of the subject
     * @param language the language
     * @return the explanation
     * @throws XeploaiException {@link Status#NOT_FOUND} where nobody has the id
     * @throws IllegalStateException where this cohort was closed
     */
    public String explain(String id, Language language) {
        return text(1, Objects.requireNonNull(id, "id"), Objects.requireNonNull(language, "language"));
    }

    private String text(int what, String id, Language language) {
        byte[] text = Utf8.optional(id, "id");
        long address = handle.acquire();
        try (Frame frame = new Frame(handle.lib(), text)) {
            return frame.bytes(
                    Function.RATED_COHORT_TEXT, address, what, frame.at(0), frame.length(0), language.ordinal());
        } finally {
            handle.release();
        }
    }

    /**
     * The rows of a kind with their results, as a table of Arrow.
     *
     * @param kind the code of the kind
     * @param stream the address of a struct {@code ArrowArrayStream} where the table goes; release it by its own
     *     {@code release}
     * @throws XeploaiException {@link Status#NOT_FOUND} where the cohort has no such kind, {@link Status#NULL} where the
     *     address is 0
     * @throws IllegalStateException where this cohort was closed
     */
    public void table(String kind, long stream) {
        byte[] text = Utf8.of(kind, "kind");
        long address = handle.acquire();
        try (Frame frame = new Frame(handle.lib(), text)) {
            frame.run(Function.RATED_COHORT_TABLE, address, frame.at(0), frame.length(0), stream);
        } finally {
            handle.release();
        }
    }

    /**
     * Who would come out otherwise if facts were others, without rating all again; the cohort stays as it is.
     *
     * @param changes a JSON object of ids to objects of facts; null makes a fact unknown
     * @return a JSON list of {@code id}, {@code kind}, {@code before}, {@code after}, {@code through}
     * @throws XeploaiException {@link Status#REQUEST} where the changes are not in order or nobody has an id
     * @throws IllegalStateException where this cohort was closed
     */
    public String whatIf(String changes) {
        byte[] text = Utf8.of(changes, "changes");
        long address = handle.acquire();
        try (Frame frame = new Frame(handle.lib(), text)) {
            return frame.bytes(Function.RATED_COHORT_WHAT_IF, address, frame.at(0), frame.length(0));
        } finally {
            handle.release();
        }
    }

    /** Frees the rated cohort. Tables that came of it live on. Closing twice is harmless. */
    @Override
    public void close() {
        handle.close();
    }
}
