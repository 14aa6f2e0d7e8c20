package vn.xeploai;

/**
 * What the library refused, and why: a status, a place, and a message in Vietnamese and in English.
 *
 * <p>{@link #getMessage()} is the message in English.
 */
public final class XeploaiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** How the call failed. */
    private final Status status;
    /** Where. */
    private final String place;
    /** The message in Vietnamese. */
    private final String vi;
    /** Everything. */
    private final String json;

    XeploaiException(Status status, String place, String vi, String en, String json) {
        super(en);
        this.status = status;
        this.place = place;
        this.vi = vi;
        this.json = json;
    }

    /**
     * How the call failed.
     *
     * @return the status
     */
    public Status status() {
        return status;
    }

    /**
     * Where the error is: an argument, a column, a JSON pointer.
     *
     * @return the place; empty where it concerns the whole
     */
    public String place() {
        return place;
    }

    /**
     * The message in Vietnamese.
     *
     * @return the message, which is never empty
     */
    public String messageVi() {
        return vi;
    }

    /**
     * The message in English, as {@link #getMessage()}.
     *
     * @return the message, which is never empty
     */
    public String messageEn() {
        return getMessage();
    }

    /**
     * Everything as JSON: {@code status}, {@code name}, {@code place}, {@code message} ({@code vi}, {@code en}), and
     * {@code faults}, each with {@code place}, {@code code} (stable) and {@code message}.
     *
     * @return the JSON text
     */
    public String json() {
        return json;
    }
}
