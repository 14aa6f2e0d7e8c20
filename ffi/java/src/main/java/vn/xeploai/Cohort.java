package vn.xeploai;

import java.util.Objects;

/**
 * Everybody of a period with their relations, before they are rated. One thread at a time may use it: a second one may be
 * refused with {@link Status#BUSY}.
 *
 * <pre>{@code
 * try (Library library = Library.builtin();
 *         Cohort cohort = Cohort.fromJson(library, request);
 *         RatedCohort rated = cohort.rate()) {
 *     System.out.println(rated.toJson());
 * }
 * }</pre>
 */
public final class Cohort implements AutoCloseable {
    /** What a table of a cohort holds. */
    public enum Table {
        /** Subjects of a kind. */
        SUBJECTS,
        /** Relations, with the columns {@code subject}, {@code relation} and {@code object}. */
        RELATIONS,
        /** Decisions of the authority. */
        DECISIONS
    }

    private final Handle handle;

    private Cohort(Native lib, long address) {
        this.handle = new Handle(this, lib, address, Function.COHORT_FREE);
    }

    /**
     * A cohort from JSON.
     *
     * @param library where the rulebooks are looked for; it may be closed after that
     * @param request a JSON object: {@code period_end} (a day) and as far as they are wanted {@code on}, {@code province},
     *     {@code policies}, {@code groups}, {@code rates}, {@code keep}, {@code contradictions}, {@code threads},
     *     {@code columns}, {@code subjects} (kinds to lists of objects with {@code id}, facts and relations),
     *     {@code relations} and {@code decisions}; larger tables come by {@link #add}
     * @return the cohort; close it
     * @throws XeploaiException {@link Status#REQUEST} where the request is not in order
     * @throws IllegalStateException where the library was closed
     */
    public static Cohort fromJson(Library library, String request) {
        Objects.requireNonNull(library, "library");
        byte[] text = Utf8.of(request, "request");
        long address = library.handle.acquire();
        Native lib = library.handle.lib();
        try (Frame frame = new Frame(lib, text)) {
            return new Cohort(lib, frame.word(Function.COHORT_NEW, address, frame.at(0), frame.length(0)));
        } finally {
            library.handle.release();
        }
    }

    /**
     * Adds a table of Arrow.
     *
     * @param table what it holds
     * @param kind the code of the kind of the subjects; null or empty for the other tables
     * @param stream the address of a struct {@code ArrowArrayStream}, which is moved out, also where the call fails; an
     *     address of anything else ends the process
     * @throws XeploaiException {@link Status#STREAM}, {@link Status#TABLE}, {@link Status#NULL} where the address is 0,
     *     {@link Status#INVALID_ARGUMENT}, {@link Status#BUSY}
     * @throws IllegalStateException where this cohort was closed
     */
    public void add(Table table, String kind, long stream) {
        Objects.requireNonNull(table, "table");
        byte[] text = Utf8.optional(kind, "kind");
        long address = handle.acquire();
        try (Frame frame = new Frame(handle.lib(), text)) {
            frame.run(Function.COHORT_ADD, address, table.ordinal(), frame.at(0), frame.length(0), stream);
        } finally {
            handle.release();
        }
    }

    /**
     * The stages in which the cohort would be rated, and what is wrong with it, as JSON: {@code stages}, {@code problems}.
     *
     * @return the JSON text
     * @throws XeploaiException {@link Status#POLICY}, {@link Status#TABLE}, {@link Status#BUSY}
     * @throws IllegalStateException where this cohort was closed
     */
    public String planJson() {
        long address = handle.acquire();
        try (Frame frame = new Frame(handle.lib())) {
            return frame.bytes(Function.COHORT_PLAN, address);
        } finally {
            handle.release();
        }
    }

    /**
     * Rates everybody. What is wrong with rows and relations is told in the result, and the rest is rated.
     *
     * @return the rated cohort; close it
     * @throws XeploaiException {@link Status#POLICY}, {@link Status#TABLE}, {@link Status#BUSY}
     * @throws IllegalStateException where this cohort was closed
     */
    public RatedCohort rate() {
        return rate(null);
    }

    /**
     * Rates everybody, and tells how far it is: in subjects, kind by kind and stage by stage.
     *
     * <p>An exception out of a callback is thrown as it is.
     *
     * @param callbacks what is called meanwhile; may be null
     * @return the rated cohort; close it
     * @throws XeploaiException {@link Status#CANCELLED} where {@code progress} said so, {@link Status#POLICY},
     *     {@link Status#TABLE}, {@link Status#BUSY}
     * @throws IllegalStateException where this cohort was closed
     */
    public RatedCohort rate(Callbacks callbacks) {
        long address = handle.acquire();
        try (Frame frame = new Frame(handle.lib(), Callbacks.SIZE)) {
            Callbacks.Use use = Callbacks.use(handle.lib(), callbacks, frame);
            RatedCohort rated;
            try {
                rated = new RatedCohort(
                        handle.lib(), frame.word(Function.COHORT_RATE, address, use == null ? 0 : frame.room()));
            } catch (XeploaiException stopped) {
                if (use != null) {
                    use.rethrow();
                }
                throw stopped;
            }
            try {
                if (use != null) {
                    use.rethrow();
                }
                return rated;
            } catch (Throwable thrown) {
                rated.close();
                throw thrown;
            }
        } finally {
            handle.release();
        }
    }

    /** Frees the cohort. Rated cohorts that came of it live on. Closing twice is harmless. */
    @Override
    public void close() {
        handle.close();
    }
}
