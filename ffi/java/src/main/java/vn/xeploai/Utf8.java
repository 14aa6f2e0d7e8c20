package vn.xeploai;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** Texts as bytes. Java would turn half of a surrogate pair into a question mark without a word; the library refuses it. */
final class Utf8 {
    static final byte[] NONE = {};
    /** From how many bytes on a text is decoded by runs. */
    private static final int LONG = 256;

    /** The bytes of half of a surrogate pair, and the first of them. */
    private static final int HALF = 3;

    private static final byte HALF_LEAD = (byte) 0xed;

    private static final long TOP_BITS = 0x8080808080808080L;

    private Utf8() {}

    /** The bytes of a text; where it has half of a surrogate pair, bytes that the library refuses. */
    static byte[] of(String text, String name) {
        Objects.requireNonNull(text, name);
        for (int place = 0; place < text.length(); place++) {
            char one = text.charAt(place);
            if (Character.isSurrogate(one)) {
                boolean pair = Character.isHighSurrogate(one)
                        && place + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(place + 1));
                if (!pair) {
                    return refused(text, place);
                }
                place++;
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The bytes up to half of a surrogate pair, then the half as three bytes that UTF-8 does not have: the library refuses them
     * and says where they stand, in both languages.
     */
    private static byte[] refused(String text, int place) {
        byte[] before = text.substring(0, place).getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(before, before.length + HALF);
        char half = text.charAt(place);
        all[before.length] = HALF_LEAD;
        all[before.length + 1] = (byte) (0x80 | half >> 6 & 0x3f);
        all[before.length + 2] = (byte) (0x80 | half & 0x3f);
        return all;
    }

    /** Whether bytes that {@link #of} gave end with half of a surrogate pair. */
    static boolean broken(byte[] bytes) {
        int at = bytes.length - HALF;
        // In UTF-8 the byte after this lead is less than 0xa0.
        return at >= 0 && bytes[at] == HALF_LEAD && (bytes[at + 1] & 0xff) >= 0xa0;
    }

    /** A text that may be left out. */
    static byte[] optional(String text, String name) {
        return text == null ? NONE : of(text, name);
    }

    static String text(byte[] bytes) {
        return text(bytes, bytes.length, new char[bytes.length]);
    }

    /**
     * The text of bytes that the library gave, which are UTF-8. Results are long, and mostly ASCII between words of Vietnamese;
     * Java decodes such a text byte by byte, which takes longer than rating does. Here runs of ASCII are taken whole.
     *
     * @param text room for as many characters as there are bytes
     */
    static String text(byte[] bytes, int length, char[] text) {
        ByteBuffer eight = ByteBuffer.wrap(bytes);
        int ascii = run(bytes, length, eight, 0);
        if (ascii == length || length < LONG) {
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        }
        // Each byte as one character: of a run of ASCII these are its characters.
        String wide = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        int to = 0;
        int from = 0;
        while (true) {
            wide.getChars(from, ascii, text, to);
            to += ascii - from;
            from = ascii;
            while (from < length && bytes[from] < 0) {
                int lead = bytes[from] & 0xff;
                if (lead < 0xe0) {
                    text[to++] = (char) ((lead & 0x1f) << 6 | next(bytes, from + 1));
                    from += 2;
                } else if (lead < 0xf0) {
                    text[to++] = (char) ((lead & 0x0f) << 12 | next(bytes, from + 1) << 6 | next(bytes, from + 2));
                    from += 3;
                } else {
                    int one = (lead & 0x07) << 18
                            | next(bytes, from + 1) << 12
                            | next(bytes, from + 2) << 6
                            | next(bytes, from + 3);
                    text[to++] = Character.highSurrogate(one);
                    text[to++] = Character.lowSurrogate(one);
                    from += 4;
                }
            }
            if (from >= length) {
                return new String(text, 0, to);
            }
            ascii = run(bytes, length, eight, from);
        }
    }

    private static int next(byte[] bytes, int at) {
        return bytes[at] & 0x3f;
    }

    /** Where the run of ASCII ends that begins at a place. */
    private static int run(byte[] bytes, int length, ByteBuffer eight, int from) {
        int at = from;
        for (; at <= length - Long.BYTES; at += Long.BYTES) {
            long top = eight.getLong(at) & TOP_BITS;
            if (top != 0) {
                // The first byte is the highest.
                return at + Long.numberOfLeadingZeros(top) / Byte.SIZE;
            }
        }
        while (at < length && bytes[at] >= 0) {
            at++;
        }
        return at;
    }
}
