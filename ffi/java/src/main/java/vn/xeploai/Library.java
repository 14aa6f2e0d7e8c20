package vn.xeploai;

import java.util.Objects;

/**
 * Rulebooks among which the one in force is looked for. It never changes; any number of threads may use it.
 *
 * <pre>{@code
 * try (Library library = Library.builtin();
 *         Rulebook rulebook = library.inForce("2021-12-31", "member", "nam-dinh")) {
 *     System.out.println(rulebook.digest());
 * }
 * }</pre>
 */
public final class Library implements AutoCloseable {
    final Handle handle;

    private Library(Native lib, long address) {
        this.handle = new Handle(this, lib, address, Function.LIBRARY_FREE);
    }

    /**
     * The rulebooks that come with the package, every version of each.
     *
     * @return a new library; close it
     * @throws UnsatisfiedLinkError where the native library is not found
     * @throws XeploaiException {@link Status#ABI_MISMATCH} where it has another binary interface
     */
    public static Library builtin() {
        Native lib = Binding.get();
        try (Frame frame = new Frame(lib)) {
            return new Library(lib, frame.word(Function.LIBRARY_BUILTIN));
        }
    }

    /**
     * A library with one more rulebook, such as a province's, which takes the place of every one of its id. This one stays
     * as it is.
     *
     * @param rulebook the rulebook; it may be closed after that
     * @return a new library; close it
     * @throws IllegalStateException where this library or the rulebook was closed
     */
    public Library withRulebook(Rulebook rulebook) {
        Objects.requireNonNull(rulebook, "rulebook");
        long address = handle.acquire();
        try {
            long added = rulebook.handle.acquire();
            try (Frame frame = new Frame(handle.lib())) {
                return new Library(handle.lib(), frame.word(Function.LIBRARY_WITH, address, added));
            } finally {
                rulebook.handle.release();
            }
        } finally {
            handle.release();
        }
    }

    /**
     * The one rulebook of the central texts that is in force on a day for a kind of subject.
     *
     * @param day the day, {@code YYYY-MM-DD}
     * @param subject the code of the kind, such as {@code member}
     * @return the rulebook; close it
     * @throws XeploaiException {@link Status#NOT_IN_FORCE} where there is none or more than one, which the message names;
     *     {@link Status#INVALID_ARGUMENT} where the day is none
     * @throws IllegalStateException where this library was closed
     */
    public Rulebook inForce(String day, String subject) {
        return inForce(day, subject, null);
    }

    /**
     * The one rulebook that is in force on a day for a kind of subject in a province.
     *
     * @param day the day, {@code YYYY-MM-DD}
     * @param subject the code of the kind, such as {@code member}
     * @param province the province whose overlays apply; null or empty for the central texts
     * @return the rulebook; close it
     * @throws XeploaiException {@link Status#NOT_IN_FORCE} where there is none or more than one, which the message names;
     *     {@link Status#INVALID_ARGUMENT} where the day is none
     * @throws IllegalStateException where this library was closed
     */
    public Rulebook inForce(String day, String subject, String province) {
        byte[][] texts = {Utf8.of(day, "day"), Utf8.of(subject, "subject"), Utf8.optional(province, "province")};
        long address = handle.acquire();
        try (Frame frame = new Frame(handle.lib(), texts)) {
            return new Rulebook(
                    handle.lib(),
                    frame.word(
                            Function.LIBRARY_IN_FORCE,
                            address,
                            frame.at(0),
                            frame.length(0),
                            frame.at(1),
                            frame.length(1),
                            frame.at(2),
                            frame.length(2)));
        } finally {
            handle.release();
        }
    }

    /**
     * The rulebooks: a JSON list of objects with {@code id}, {@code version}, {@code digest}, {@code title},
     * {@code province}, {@code in_force} and {@code subjects}, in the order in which they came.
     *
     * @return the JSON text
     * @throws IllegalStateException where this library was closed
     */
    public String toJson() {
        long address = handle.acquire();
        try (Frame frame = new Frame(handle.lib())) {
            return frame.bytes(Function.LIBRARY_JSON, address);
        } finally {
            handle.release();
        }
    }

    /** Frees the library. Rulebooks and cohorts that came of it live on. Closing twice is harmless. */
    @Override
    public void close() {
        handle.close();
    }
}
