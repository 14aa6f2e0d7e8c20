package vn.xeploai;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;

/**
 * What the library calls while it works. It is kept as long as the library needs it; one object may serve several calls.
 *
 * <pre>{@code
 * Callbacks callbacks = new Callbacks().progress(rows -> rows < 1_000_000).log((vi, en) -> System.err.println(en));
 * try (RatedCohort rated = cohort.rate(callbacks)) {
 *     System.out.println(rated.toJson());
 * }
 * }</pre>
 *
 * <p>An exception out of {@code progress} stops the work. {@link Cohort#rate(Callbacks)} throws it to its caller as it is; with
 * streams, which others read, it is kept in {@link #exception()}. An exception out of {@code log} is treated alike, only that
 * the work is not stopped.
 */
public final class Callbacks {
    /** The struct: two numbers of 32 bits and four words, of 64 bits at most. */
    static final int SIZE = 40;

    private static final ConcurrentMap<Long, Use> USES = new ConcurrentHashMap<>();
    private static final AtomicLong LAST = new AtomicLong();
    private static final ConcurrentMap<Native, long[]> FUNCTIONS = new ConcurrentHashMap<>();

    private volatile LongPredicate progress;
    private volatile BiConsumer<String, String> log;
    private final AtomicReference<Throwable> exception = new AtomicReference<>();

    /** Callbacks of which none is wanted yet. */
    public Callbacks() {}

    /**
     * What is called after every few hundred thousand rows, or subjects of a cohort, with how many are done, by the thread
     * that reads the results.
     *
     * @param wanted returns true to go on, false to stop with {@link Status#CANCELLED}; null for nothing
     * @return this object
     */
    public Callbacks progress(LongPredicate wanted) {
        this.progress = wanted;
        return this;
    }

    /**
     * What is called with what is worth knowing and is no error: in Vietnamese and in English.
     *
     * @param wanted takes both texts; null for nothing
     * @return this object
     */
    public Callbacks log(BiConsumer<String, String> wanted) {
        this.log = wanted;
        return this;
    }

    /**
     * The first exception that a callback of this object let out in the last call: each call that begins forgets that of the
     * one before. Where an object serves several calls at once, it is the first that came out of any since the last began.
     *
     * @return the exception, or null where there was none
     */
    public Throwable exception() {
        return exception.get();
    }

    /** One call that uses callbacks, until the library drops it. */
    static final class Use {
        private final Native lib;
        private final Callbacks callbacks;
        private final AtomicReference<Throwable> exception = new AtomicReference<>();

        private Use(Native lib, Callbacks callbacks) {
            this.lib = lib;
            this.callbacks = callbacks;
        }

        private void thrown(Throwable thrown) {
            exception.compareAndSet(null, thrown);
            callbacks.exception.compareAndSet(null, thrown);
        }

        /** Throws what a callback let out in this call. */
        void rethrow() {
            Throwable thrown = exception.get();
            if (thrown != null) {
                Use.<RuntimeException>sneak(thrown);
            }
        }

        /** A callback declares no checked exception, but another language of the machine may throw one all the same. */
        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void sneak(Throwable thrown) throws T {
            throw (T) thrown;
        }
    }

    /** Writes the struct into the room of a frame; there is none for null. */
    static Use use(Native lib, Callbacks callbacks, Frame frame) {
        if (callbacks == null) {
            return null;
        }
        long[] functions = FUNCTIONS.computeIfAbsent(lib, of -> of.upcalls(CALLED));
        int word = lib.word();
        ByteBuffer struct = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
        struct.putInt(2 * Integer.BYTES + 4 * word).putInt(0);
        long number = LAST.incrementAndGet();
        put(struct, word, callbacks.progress == null ? 0 : functions[0]);
        put(struct, word, callbacks.log == null ? 0 : functions[1]);
        put(struct, word, number);
        put(struct, word, functions[2]);
        Use use = new Use(lib, callbacks);
        callbacks.exception.set(null);
        USES.put(number, use);
        frame.put(0, struct);
        return use;
    }

    private static void put(ByteBuffer struct, int word, long value) {
        if (word == Long.BYTES) {
            struct.putLong(value);
        } else {
            struct.putInt((int) value);
        }
    }

    /** How many uses the library has not dropped yet. */
    static int uses() {
        return USES.size();
    }

    private static final Native.Upcalls CALLED = new Native.Upcalls() {
        @Override
        public int progress(long number, long rows) {
            Use use = USES.get(number);
            try {
                LongPredicate wanted = Objects.requireNonNull(use).callbacks.progress;
                return wanted == null || wanted.test(rows) ? 0 : 1;
            } catch (Throwable thrown) {
                if (use != null) {
                    use.thrown(thrown);
                }
                return -1;
            }
        }

        @Override
        public void log(long number, long vi, long en) {
            Use use = USES.get(number);
            try {
                BiConsumer<String, String> wanted = Objects.requireNonNull(use).callbacks.log;
                if (wanted != null) {
                    wanted.accept(use.lib.text(vi), use.lib.text(en));
                }
            } catch (Throwable thrown) {
                if (use != null) {
                    use.thrown(thrown);
                }
            }
        }

        @Override
        public void drop(long number) {
            USES.remove(number);
        }
    };
}
