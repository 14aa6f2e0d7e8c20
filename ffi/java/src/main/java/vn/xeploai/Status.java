package vn.xeploai;

import java.util.Locale;

/** How a call of the library failed, with the number and the name that every face has for it. */
public enum Status {
    /** A pointer that must not be NULL is: an address of a stream that is 0. */
    NULL(1),
    /** A text is not UTF-8. In Java that is one with half of a surrogate pair. */
    UTF8(2),
    /** An argument is none of those that there are. */
    INVALID_ARGUMENT(3),
    /** A buffer is too small. */
    BUFFER_TOO_SMALL(4),
    /** A callback asked to stop. */
    CANCELLED(5),
    /** Something is longer than the library takes: a text of more than 1 GiB. */
    LIMIT(6),
    /** A stream of Arrow failed, was read before, or is not what its schema says. */
    STREAM(7),
    /** The library has another binary interface than these classes. */
    ABI_MISMATCH(8),
    /** A rulebook or an overlay cannot be loaded; {@link XeploaiException#json()} names every fault. */
    LOAD(9),
    /** The rulebook has no such kind of subject. */
    UNKNOWN_SUBJECT(10),
    /** A policy or an option that the rulebook does not have. */
    POLICY(11),
    /** No rulebook is in force, or more than one. */
    NOT_IN_FORCE(12),
    /** The columns of a table are not in order; {@link XeploaiException#json()} names every fault. */
    TABLE(13),
    /** A request in JSON is not in order. */
    REQUEST(14),
    /** Nobody has the id, or nothing has the name. */
    NOT_FOUND(15),
    /** Another thread is using a handle that one thread at a time may use. */
    BUSY(16),
    /** A defect of the library. Rulebooks and libraries stay usable. */
    INTERNAL(99);

    private final int number;

    Status(int number) {
        this.number = number;
    }

    /**
     * The number of the status.
     *
     * @return the number that the C interface has for it
     */
    public int number() {
        return number;
    }

    /**
     * The name of the status, the same in every face.
     *
     * @return the name, such as {@code not_in_force}
     */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Status of(int number) {
        for (Status status : values()) {
            if (status.number == number) {
                return status;
            }
        }
        // A status that a later version of the library has is none that this one understands.
        return INTERNAL;
    }
}
