package vn.xeploai;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Texts and bytes, against what Java itself makes of them. */
class Utf8Test {
    private static final int[] EDGES = {
        0, '"', 0x7f, 0x80, 0xff, 0x100, 0x1ec7, 0x301, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfeff, 0xffff, 0x10000, 0x1f600,
        0x10ffff
    };

    @Test
    void asJavaReadsThem() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(600);
            int rare = 1 + random.nextInt(40);
            while (text.length() < length) {
                boolean edge = random.nextInt(rare) == 0;
                text.appendCodePoint(edge ? EDGES[random.nextInt(EDGES.length)] : 'a' + random.nextInt(26));
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            assertEquals(text.toString(), Utf8.text(bytes));
            assertEquals(text.toString(), new String(Utf8.of(text.toString(), "text"), StandardCharsets.UTF_8));
        }
    }

    @Test
    void everyCharacter() {
        StringBuilder text = new StringBuilder();
        for (int one = 0; one <= Character.MAX_CODE_POINT; one += 3) {
            if (one < Character.MIN_SURROGATE || one > Character.MAX_SURROGATE) {
                text.appendCodePoint(one);
            }
        }
        assertEquals(text.toString(), Utf8.text(Utf8.of(text.toString(), "text")));
    }

    /** Each half of a pair becomes three bytes that are no UTF-8, as CESU-8 has them; what stands before it stays. */
    @Test
    void everyHalfOfAPair() {
        for (char half = Character.MIN_SURROGATE; half <= Character.MAX_SURROGATE; half++) {
            byte[] bytes = {'a', (byte) 0xed, (byte) (0x80 | half >> 6 & 0x3f), (byte) (0x80 | half & 0x3f)};
            assertArrayEquals(bytes, Utf8.of("a" + half + "b", "text"));
        }
    }
}
