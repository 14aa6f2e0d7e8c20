package vn.xeploai;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Texts as bytes. Java would turn half of a surrogate pair into a question mark without a word. */
final class Utf8 {
    static final byte[] NONE = {};

    private Utf8() {}

    static byte[] of(String text, String name) {
        Objects.requireNonNull(text, name);
        for (int place = 0; place < text.length(); place++) {
            char one = text.charAt(place);
            if (Character.isSurrogate(one)) {
                boolean pair = Character.isHighSurrogate(one)
                        && place + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(place + 1));
                if (!pair) {
                    throw new IllegalArgumentException(name + ": half of a surrogate pair at " + place);
                }
                place++;
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A text that may be left out. */
    static byte[] optional(String text, String name) {
        return text == null ? NONE : of(text, name);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
