package vn.xeploai;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Facts by their places give what the same facts give as JSON. */
class CaseTest {
    private Rulebook rulebook;
    private Case one;

    @BeforeEach
    void open() {
        rulebook = Rulebook.builtin("366-qd-tw");
        one = rulebook.newCase("member");
    }

    @AfterEach
    void close() {
        one.close();
        rulebook.close();
    }

    private void state() {
        one.setDate(one.fact("period_end"), LocalDate.of(2025, 12, 31));
        one.setText(one.fact("admitted_on"), "2010-05-19");
        one.setBoolean(one.fact("exempt_from_activities"), false);
        one.setBoolean(one.fact("suspended_from_activities"), false);
        one.setDecimal(one.fact("score_general"), new BigDecimal("28"));
        one.setDecimal(one.fact("score_results"), 6199, 2);
        one.setInteger(one.fact("tasks_assigned"), 10);
        one.setInteger(one.fact("tasks_done"), 10);
        one.setInteger(one.fact("tasks_late"), 0);
        one.setInteger(one.fact("tasks_below_standard"), 0);
        one.setInteger(one.fact("tasks_exceeded"), 2);
        one.setInteger(one.fact("shortcomings_noted"), 2);
        one.setInteger(one.fact("shortcomings_remedied"), 2);
        one.setBoolean(one.fact("degradation_concluded"), false);
        one.setBoolean(one.fact("conduct_breach_concluded"), false);
        one.setText(one.fact("discipline_on_duty"), "none");
        one.setBoolean(one.fact("discipline_for_earlier_violation"), false);
        one.setBoolean(one.fact("self_detected_and_remedied"), false);
    }

    @Test
    void asJson() {
        state();
        assertEquals(rulebook.rateJson("member", Faces.MEMBER), one.toJson());
        Outcome outcome = one.rate();
        assertEquals(Outcome.Kind.RATED, outcome.kind());
        // not_completed, completed, good, excellent
        assertEquals(2, outcome.level());
        assertEquals(2, outcome.atLeast());
        assertEquals(2, outcome.atMost());
        assertTrue(outcome.reasons().length > 0);
        assertNotEquals(0, outcome.reasons()[0]);
    }

    @Test
    void sameReasonsByJson() {
        state();
        long[] byPlace = one.rate().reasons();
        one.clear();
        long[] ofNothing = one.rate().reasons();
        long[] byJson = one.setJson(Faces.MEMBER).rate().reasons();
        assertArrayEquals(byPlace, byJson);
        assertNotEquals(byPlace[0], ofNothing[0]);
    }

    @Test
    void oneAfterAnother() {
        for (int round = 0; round < 50; round++) {
            state();
            assertEquals(Outcome.Kind.RATED, one.rate().kind());
            one.clear();
            one.setBoolean(one.fact("exempt_from_activities"), true);
            Outcome outcome = one.rate();
            assertEquals(Outcome.Kind.NOT_REVIEWED, outcome.kind());
            assertEquals(-1, outcome.level());
            assertEquals(-1, outcome.atLeast());
            one.clear();
        }
    }

    @Test
    void whatIsKeptIsForgottenByClear() {
        one.setBoolean(one.fact("exempt_from_activities"), true).clear();
        assertEquals(rulebook.rateJson("member", "{}"), one.toJson());
    }

    @Test
    void missing() {
        int exempt = one.fact("exempt_from_activities");
        one.setMissing(exempt);
        assertEquals(rulebook.rateJson("member", "{\"exempt_from_activities\": null}"), one.toJson());
    }

    @Test
    void twiceIsInvalid() {
        int exempt = one.fact("exempt_from_activities");
        for (int times = 0; times < 100; times++) {
            one.setBoolean(exempt, true);
        }
        assertEquals(Outcome.Kind.INVALID, one.rate().kind());
        one.clear();
        one.setInteger(exempt, 7);
        assertEquals(Outcome.Kind.INVALID, one.rate().kind());
    }

    @Test
    void textsOfEveryLength() {
        int discipline = one.fact("discipline_on_duty");
        StringBuilder text = new StringBuilder();
        for (int length = 0; length < 3000; length += 331) {
            one.clear().setText(discipline, text.toString());
            assertEquals(rulebook.rateJson("member", "{\"discipline_on_duty\": \"" + text + "\"}"), one.toJson());
            while (text.length() < length + 331) {
                text.append("\u1ec7");
            }
        }
    }

    @Test
    void noPlaceAndNoScale() {
        XeploaiException refused = assertThrows(XeploaiException.class, () -> one.setInteger(9999, 1).rate());
        assertEquals(Status.INVALID_ARGUMENT, refused.status());
        assertEquals("values/0/fact", refused.place());
        int score = one.fact("score_general");
        refused = assertThrows(XeploaiException.class, () -> one.setDecimal(score, 1, 19).send());
        assertEquals(Status.INVALID_ARGUMENT, refused.status());
        // What was kept is forgotten.
        assertEquals(rulebook.rateJson("member", "{}"), one.toJson());
        assertThrows(IllegalArgumentException.class, () -> one.setInteger(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> one.setInteger(Integer.MAX_VALUE, 1));
        assertThrows(IllegalArgumentException.class, () -> one.setDecimal(score, new BigDecimal("1e-19")));
        assertThrows(IllegalArgumentException.class, () -> one.setDecimal(score, new BigDecimal("9223372036854775808")));
        one.setDecimal(score, new BigDecimal("3e1"));
        assertEquals(rulebook.rateJson("member", "{\"score_general\": 30}"), one.toJson());
    }

    @Test
    void roomForTheReasonsIsMadeAsItIsNeeded() {
        long[] expected = one.setJson(Faces.MEMBER).rate().reasons();
        one.words = 0;
        one.clear();
        state();
        assertArrayEquals(expected, one.rate().reasons());
        assertEquals(expected.length, one.words);
    }
}
