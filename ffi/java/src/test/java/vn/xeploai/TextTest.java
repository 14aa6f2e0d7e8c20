package vn.xeploai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.text.Normalizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

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
    void halvesOfPairsAreRefusedByTheLibrary() {
        try (Rulebook rulebook = Rulebook.builtin("366-qd-tw");
                Case one = rulebook.newCase("member")) {
            String[] ends = {"\ud83d", "\ude00x", "\udc69\ud83d", "\ud83d\ud83d\udc69", "\ud800", "\udfff"};
            for (String end : ends) {
                String text = "\u0111" + end;
                XeploaiException refused = refused(() -> rulebook.rateJson("member", text));
                assertEquals("facts", refused.place());
                assertTrue(refused.messageEn().contains(" 2"), "the place in bytes, found " + refused.messageEn());
                assertEquals("values/0/text", refused(() -> one.setText(0, text)).place());
                assertEquals("name", refused(() -> one.fact(text)).place());
                refused(() -> one.setJson(text));
                refused(() -> Rulebook.load(text));
                assertEquals("policies", refused(() -> rulebook.newCase("member", text)).place());
            }
            one.setBoolean(one.fact("exempt_from_activities"), true);
            refused(() -> one.setText(one.fact("discipline_on_duty"), "\ud83d"));
            assertEquals(Outcome.Kind.NOT_REVIEWED, one.rate().kind(), "what was set before stays stated");
            assertTrue(rulebook.rateJson("member", "\ud83d\udc69").contains("invalid"));
            // The last that is no surrogate, and the first.
            one.clear().setText(one.fact("discipline_on_duty"), "\ud7ff");
            assertTrue(one.toJson().contains("\ud7ff"));
            one.clear().setText(one.fact("discipline_on_duty"), "\ue000");
            assertTrue(one.toJson().contains("\ue000"));
        }
    }

    private static XeploaiException refused(Executable call) {
        XeploaiException refused = assertThrows(XeploaiException.class, call);
        assertEquals(Status.UTF8, refused.status(), refused.getMessage());
        assertNotEquals(refused.messageVi(), refused.messageEn());
        return refused;
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
