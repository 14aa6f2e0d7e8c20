package vn.xeploai;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;

/**
 * What is known of one subject, for loops over many without JSON: facts by their places, the outcome as numbers.
 *
 * <pre>{@code
 * try (Rulebook rulebook = Rulebook.builtin("366-qd-tw"); Case member = rulebook.newCase("member")) {
 *     int general = member.fact("score_general");
 *     int exempt = member.fact("exempt_from_activities");
 *     member.setDecimal(general, 6199, 2).setBoolean(exempt, false);
 *     Outcome outcome = member.rate();
 *     member.clear(); // the next subject
 * }
 * }</pre>
 *
 * <p>What {@code set…} states is kept here and sent in one call, when the case is rated, when {@link #setJson} or
 * {@link #send} is called; an error of it comes out there, and what was kept is forgotten. What does not fit its fact makes the
 * case {@code invalid}, and so does a fact that is stated twice. A text with half of a surrogate pair is refused at once.
 *
 * <p>Threads that use one case wait for each other; what they state is mixed. A case for each thread is what is meant.
 */
public final class Case implements AutoCloseable {
    /** More facts than any kind has. */
    private static final int MOST = 1 << 16;

    private static final int MISSING = 0;
    private static final int BOOLEAN = 1;
    private static final int INTEGER = 2;
    private static final int DECIMAL = 3;
    private static final int DATE = 4;
    private static final int TEXT = 5;
    private static final int OUTCOME = 24;
    private static final BigInteger SMALLEST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

    private final Handle handle;
    private final Native lib;
    /** The bytes of a value, and where in it the text stands. */
    private final int size;
    private final int textAt;

    private ByteBuffer values;
    /** The facts that are kept: one that comes again ends the call, which takes no more values than there are facts. */
    private final BitSet kept = new BitSet();

    private byte[] texts = {};
    private int textLength;
    /** The words of the reason code, once they are known. */
    int words = 8;

    Case(Native lib, long address) {
        this.handle = new Handle(this, lib, address, Function.CASE_FREE);
        this.lib = lib;
        this.textAt = 24;
        this.size = textAt + 2 * lib.word();
        this.values = room(16 * size);
    }

    private static ByteBuffer room(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    /**
     * Where a fact stands among those of the kind; the same as long as the rulebook has the same digest.
     *
     * @param name the name of the fact
     * @return its place, for {@code set…}
     * @throws XeploaiException {@link Status#NOT_FOUND} where the kind has no such fact
     * @throws IllegalStateException where this case was closed
     */
    public synchronized int fact(String name) {
        byte[] text = Utf8.of(name, "name");
        long address = handle.acquire();
        try (Frame frame = new Frame(lib, text)) {
            return frame.number(Function.CASE_FACT, address, frame.at(0), frame.length(0));
        } finally {
            handle.release();
        }
    }

    /**
     * States that a fact is not known.
     *
     * @param fact its place, as {@link #fact} gives it
     * @return this case
     * @throws IllegalArgumentException where the place is none of any kind
     * @throws IllegalStateException where this case was closed
     */
    public Case setMissing(int fact) {
        return set(fact, MISSING, 0, 0, Utf8.NONE);
    }

    /**
     * States whether something is so.
     *
     * @param fact its place, as {@link #fact} gives it
     * @param value whether it is so
     * @return this case
     * @throws IllegalArgumentException where the place is none of any kind
     * @throws IllegalStateException where this case was closed
     */
    public Case setBoolean(int fact, boolean value) {
        return set(fact, BOOLEAN, value ? 1 : 0, 0, Utf8.NONE);
    }

    /**
     * States a whole number.
     *
     * @param fact its place, as {@link #fact} gives it
     * @param value the number
     * @return this case
     * @throws IllegalArgumentException where the place is none of any kind
     * @throws IllegalStateException where this case was closed
     */
    public Case setInteger(int fact, long value) {
        return set(fact, INTEGER, value, 0, Utf8.NONE);
    }

    /**
     * States a decimal: 61.99 is 6199 with the scale 2.
     *
     * @param fact its place, as {@link #fact} gives it
     * @param unscaled the number without its point
     * @param scale how many of its digits stand behind the point, 0 to 18; with another one {@link #rate} throws
     *     {@link Status#INVALID_ARGUMENT}
     * @return this case
     * @throws IllegalArgumentException where the place is none of any kind
     * @throws IllegalStateException where this case was closed
     */
    public Case setDecimal(int fact, long unscaled, int scale) {
        return set(fact, DECIMAL, unscaled, scale, Utf8.NONE);
    }

    /**
     * States a decimal.
     *
     * @param fact its place, as {@link #fact} gives it
     * @param value the decimal, exact
     * @return this case
     * @throws IllegalArgumentException where the place is none of any kind; where the decimal has more than 18 digits behind
     *     the point, or more digits than 64 bits hold
     * @throws IllegalStateException where this case was closed
     */
    public Case setDecimal(int fact, BigDecimal value) {
        Objects.requireNonNull(value, "value");
        handle.check();
        BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
        BigInteger unscaled = plain.unscaledValue();
        if (plain.scale() > 18 || unscaled.compareTo(SMALLEST) < 0 || unscaled.compareTo(LARGEST) > 0) {
            throw new IllegalArgumentException("a decimal of more digits than a value holds");
        }
        return setDecimal(fact, unscaled.longValue(), plain.scale());
    }

    /**
     * States a day.
     *
     * @param fact its place, as {@link #fact} gives it
     * @param day the day
     * @return this case
     * @throws IllegalArgumentException where the place is none of any kind
     * @throws IllegalStateException where this case was closed
     */
    public Case setDate(int fact, LocalDate day) {
        Objects.requireNonNull(day, "day");
        return set(fact, DATE, day.toEpochDay(), 0, Utf8.NONE);
    }

    /**
     * States a code, or anything as JSON would have it in quotation marks: {@code "61.99"}, {@code "2025-12-31"}.
     *
     * @param fact its place, as {@link #fact} gives it
     * @param text the text
     * @return this case
     * @throws IllegalArgumentException where the place is none of any kind
     * @throws XeploaiException {@link Status#UTF8} where the text has half of a surrogate pair: the fact is not stated
     * @throws IllegalStateException where this case was closed
     */
    public Case setText(int fact, String text) {
        byte[] bytes = Utf8.of(text, "text");
        return Utf8.broken(bytes) ? refused(fact, bytes) : set(fact, TEXT, 0, 0, bytes);
    }

    /** The library refuses the text alone, and says where: what was kept before is stated. */
    private synchronized Case refused(int fact, byte[] text) {
        send();
        return set(fact, TEXT, 0, 0, text).send();
    }

    private synchronized Case set(int fact, int kind, long number, int scale, byte[] text) {
        handle.check();
        if (fact < 0 || fact >= MOST) {
            throw new IllegalArgumentException("fact: expected a place that `fact` gave, found " + fact);
        }
        if (kept.get(fact)) {
            send();
        }
        if (values.remaining() < size) {
            ByteBuffer more = room(values.capacity() * 2);
            more.put(values.array(), 0, values.position());
            values = more;
        }
        if (text.length > texts.length - textLength) {
            texts = Arrays.copyOf(texts, Math.max(2 * texts.length, Math.addExact(textLength, text.length)));
        }
        System.arraycopy(text, 0, texts, textLength, text.length);
        kept.set(fact);
        values.putInt(fact).putInt(kind).putLong(number).putInt(scale).putInt(0);
        // The address of the text is known when it is sent: here stands where it begins.
        word(textLength);
        word(text.length);
        textLength += text.length;
        return this;
    }

    private void word(long value) {
        if (lib.word() == Long.BYTES) {
            values.putLong(value);
        } else {
            values.putInt((int) value);
        }
    }

    /**
     * Sends what was stated and is still kept here.
     *
     * @return this case
     * @throws XeploaiException {@link Status#INVALID_ARGUMENT} where a place or a scale is none: nothing of it is stated
     * @throws IllegalStateException where this case was closed
     */
    public synchronized Case send() {
        long address = handle.acquire();
        try {
            if (values.position() > 0) {
                try (Frame frame = new Frame(lib, values.position() + textLength)) {
                    send(frame, 0, address);
                }
            }
            return this;
        } finally {
            handle.release();
        }
    }

    /** Sends what is kept from the room of a frame. */
    private void send(Frame frame, int from, long address) {
        int length = values.position();
        int count = length / size;
        long textsAt = frame.room() + from + length;
        for (int place = 0; place < count; place++) {
            int at = place * size + textAt;
            if (lib.word() == Long.BYTES) {
                values.putLong(at, textsAt + values.getLong(at));
            } else {
                values.putInt(at, (int) (textsAt + values.getInt(at)));
            }
        }
        frame.put(from, values);
        lib.write(textsAt, texts, 0, textLength);
        forget();
        frame.run(Function.CASE_SET, address, frame.room() + from, count);
    }

    private void forget() {
        // Rewound by hand: how a buffer of bytes is rewound differs between Java 8 and 9.
        ((java.nio.Buffer) values).clear();
        kept.clear();
        textLength = 0;
    }

    /**
     * States the facts of a JSON object, also lists.
     *
     * @param facts a JSON object of facts
     * @return this case
     * @throws XeploaiException where what was kept cannot be sent; never for the facts, which make the case {@code invalid}
     *     where they do not fit
     * @throws IllegalStateException where this case was closed
     */
    public synchronized Case setJson(String facts) {
        byte[] text = Utf8.of(facts, "facts");
        long address = handle.acquire();
        try (Frame frame = new Frame(lib, text)) {
            send();
            frame.run(Function.CASE_SET_JSON, address, frame.at(0), frame.length(0));
            return this;
        } finally {
            handle.release();
        }
    }

    /**
     * Forgets every fact: the case of the next subject.
     *
     * @return this case
     * @throws IllegalStateException where this case was closed
     */
    public synchronized Case clear() {
        long address = handle.acquire();
        try (Frame frame = new Frame(lib)) {
            forget();
            frame.run(Function.CASE_CLEAR, address);
            return this;
        } finally {
            handle.release();
        }
    }

    /**
     * Rates the case as it is.
     *
     * @return the outcome as numbers
     * @throws XeploaiException {@link Status#INVALID_ARGUMENT} where a place or a scale that was stated is none
     * @throws IllegalStateException where this case was closed
     */
    public synchronized Outcome rate() {
        long address = handle.acquire();
        try {
            // The outcome, the words of the reason code, then what is sent.
            int from = OUTCOME + words * Long.BYTES;
            try (Frame frame = new Frame(lib, from + values.position() + textLength)) {
                if (values.position() > 0) {
                    send(frame, from, address);
                }
                long outcome = frame.room();
                long reasons = outcome + OUTCOME;
                int status = frame.status(Function.CASE_RATE, address, outcome, reasons, words);
                if (status != Status.BUFFER_TOO_SMALL.number()) {
                    frame.check(status);
                }
                byte[] bytes = new byte[from];
                lib.read(outcome, bytes, bytes.length);
                ByteBuffer read = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
                int found = read.getInt(16);
                if (status == 0) {
                    long[] code = new long[found];
                    for (int word = 0; word < found; word++) {
                        code[word] = read.getLong(OUTCOME + word * Long.BYTES);
                    }
                    return new Outcome(read.getInt(0), read.getInt(4), read.getInt(8), read.getInt(12), code);
                }
                try {
                    frame.check(status);
                } catch (XeploaiException known) {
                    // The error is freed; now the room is large enough.
                    words = found;
                }
            }
            return rate();
        } finally {
            handle.release();
        }
    }

    /**
     * Rates the case as it is and gives the whole result as JSON, the same bytes as {@link Rulebook#rateJson(String, String)}.
     *
     * @return the JSON text
     * @throws XeploaiException as {@link #rate()}
     * @throws IllegalStateException where this case was closed
     */
    public String toJson() {
        return text(0, Language.VIETNAMESE);
    }

    /**
     * Rates the case as it is and gives the result in words, as it can be handed to the person rated.
     *
     * @param language the language
     * @return the explanation
     * @throws XeploaiException as {@link #rate()}
     * @throws IllegalStateException where this case was closed
     */
    public String explain(Language language) {
        return text(1, Objects.requireNonNull(language, "language"));
    }

    private synchronized String text(int what, Language language) {
        long address = handle.acquire();
        try (Frame frame = new Frame(lib)) {
            send();
            return frame.bytes(Function.CASE_TEXT, address, what, language.ordinal());
        } finally {
            handle.release();
        }
    }

    /** Frees the case. Closing twice is harmless. */
    @Override
    public void close() {
        handle.close();
    }
}
