package vn.xeploai;

/**
 * What Java cannot do without help: call a function of the library, and reach memory outside of the heap. Everything that
 * is built on it is the same for both bindings; addresses are numbers, and 0 is NULL.
 */
interface Native {
    /** Whether the library has a function. Another one cannot be called. */
    boolean has(Function function);

    /** Calls a function; a pointer comes back as its address, nothing as 0. */
    long call(Function function, long... arguments);

    /** Memory that holds anything; it is freed by {@link #free}. */
    long allocate(long bytes);

    void free(long address);

    void write(long address, byte[] bytes, int from, int length);

    void read(long address, byte[] bytes, int length);

    int readInt(long address);

    long readLong(long address);

    /** A pointer or a size. */
    long readWord(long address);

    /** The bytes of a pointer and of a size. */
    int word();

    /** The text at an address, up to its zero byte. */
    String text(long address);

    /** The addresses of three functions that call the target: progress, log, drop. They are never freed. */
    long[] upcalls(Upcalls target);

    /** What the library calls. Nothing may be thrown out of it. */
    interface Upcalls {
        int progress(long use, long rows);

        void log(long use, long vi, long en);

        void drop(long use);
    }
}
