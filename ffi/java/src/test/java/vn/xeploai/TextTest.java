package vn.xeploai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.text.Normalizer;
import org.junit.jupiter.api.Test;

/** Texts pass as they are. */
class TextTest {
    private static final String NFC = "Nguy\u1ec5n Th\u1ecb \u0110\u00e0o";
    private static final String EMOJI = "\ud83d\udc69\u200d\ud83d\udcbb \ud83c\uddfb\ud83c\uddf3";
    private static final String ZERO = "a\u0000b";

    private static String cohort(String id) {
        String request = "{\"period_end\": \"2025-12-31\", \"subjects\": {\"member\": [{\"id\": \""
                + id.replace("\u0000", "\\u0000") + "\", \"discipline_on_duty\": \"none\"}]}}";
        try (Library library = Library.builtin();
                Cohort cohort = Cohort.fromJson(library, request);
                RatedCohort rated = cohort.rate()) {
            // By the same name it is found.
            assertTrue(rated.ratingJson(id).startsWith("{"));
            return rated.toJson();
        }
    }

    @Test
    void unchanged() {
        assertTrue(cohort(NFC).contains('"' + NFC + '"'));
        assertTrue(cohort(EMOJI).contains('"' + EMOJI + '"'));
        assertTrue(cohort(ZERO).contains("\"a\\u0000b\""));
    }

    @Test
    void decomposedComesBackAsItCame() {
        try (Rulebook rulebook = Rulebook.builtin("366-qd-tw");
                Case composed = rulebook.newCase("member");
                Case decomposed = rulebook.newCase("member")) {
            int fact = composed.fact("discipline_on_duty");
            String word = "khi\u1ec3n tr\u00e1ch";
            String apart = Normalizer.normalize(word, Normalizer.Form.NFD);
            composed.setText(fact, word);
            decomposed.setText(fact, apart);
            // It is no code, and what was found is told as it came.
            assertEquals(Outcome.Kind.INVALID, composed.rate().kind());
            assertEquals(Outcome.Kind.INVALID, decomposed.rate().kind());
            assertTrue(composed.toJson().contains(word), composed.toJson());
            assertTrue(decomposed.toJson().contains(apart), decomposed.toJson());
            String json = "{\"discipline_on_duty\": \"" + apart + "\"}";
            assertEquals(rulebook.rateJson("member", json), decomposed.toJson());
        }
    }

    @Test
    void zeroInTexts() {
        try (Rulebook rulebook = Rulebook.builtin("366-qd-tw");
                Case one = rulebook.newCase("member")) {
            one.setText(one.fact("discipline_on_duty"), ZERO);
            assertEquals(rulebook.rateJson("member", "{\"discipline_on_duty\": \"a\\u0000b\"}"), one.toJson());
            XeploaiException refused = assertThrows(XeploaiException.class, () -> rulebook.rateJson(ZERO, "{}"));
            assertEquals(Status.UNKNOWN_SUBJECT, refused.status());
        }
    }

    @Test
    void halvesOfPairsAreRefused() {
        try (Rulebook rulebook = Rulebook.builtin("366-qd-tw");
                Case one = rulebook.newCase("member")) {
            for (String text : new String[] {"\ud83d", "a\udc69", "\udc69\ud83d", "\ud83d\ud83d\udc69"}) {
                assertThrows(IllegalArgumentException.class, () -> rulebook.rateJson("member", text));
                assertThrows(IllegalArgumentException.class, () -> one.setText(0, text));
                assertThrows(IllegalArgumentException.class, () -> Rulebook.load(text));
            }
            assertTrue(rulebook.rateJson("member", "\ud83d\udc69").contains("invalid"));
        }
    }

    @Test
    void pagesAndSchemas() {
        try (Rulebook rulebook = Rulebook.builtin("366-qd-tw")) {
            String page = rulebook.page(Language.VIETNAMESE);
            assertTrue(page.contains("366-Q\u0110/TW"), page.substring(0, 80));
            assertTrue(!page.equals(rulebook.page(Language.ENGLISH)));
            try (Rulebook again = Rulebook.load(rulebook.toJson())) {
                assertEquals(rulebook.digest(), again.digest());
            }
        }
        assertTrue(Schema.RULEBOOK.json().startsWith("{"));
        assertTrue(!Schema.RULEBOOK.json().equals(Schema.OVERLAY.json()));
    }
}
