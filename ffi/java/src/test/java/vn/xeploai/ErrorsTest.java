package vn.xeploai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Every status, with a message in each language. */
class ErrorsTest {
    private static XeploaiException refused(Status status, Executable call) {
        XeploaiException refused = assertThrows(XeploaiException.class, call);
        assertEquals(status, refused.status(), refused.getMessage());
        assertFalse(refused.messageVi().isEmpty());
        assertFalse(refused.messageEn().isEmpty());
        assertNotEquals(refused.messageVi(), refused.messageEn());
        assertEquals(refused.messageEn(), refused.getMessage());
        assertTrue(refused.json().contains("\"name\":\"" + status.code() + "\""), refused.json());
        assertTrue(refused.json().contains("\"status\":" + status.number()), refused.json());
        return refused;
    }

    @Test
    void namesAreThoseOfTheLibrary() {
        Native lib = Binding.get();
        for (Status status : Status.values()) {
            assertEquals(status.code(), lib.text(lib.call(Function.STATUS_NAME, status.number())));
            assertEquals(status, Status.of(status.number()));
        }
    }

    @Test
    void ofRulebooks() {
        assertEquals("id", refused(Status.NOT_FOUND, () -> Rulebook.builtin("366")).place());
        refused(Status.NOT_IN_FORCE, () -> Rulebook.builtin("366-qd-tw", "1999-01-01"));
        XeploaiException day = refused(Status.INVALID_ARGUMENT, () -> Rulebook.builtin("366-qd-tw", "2025-02-30"));
        assertEquals("on", day.place());
        XeploaiException faults = refused(Status.LOAD, () -> Rulebook.load("{\"id\": 7, \"versions\": \"1\"}"));
        assertTrue(faults.json().contains("\"faults\":[{"), faults.json());
        try (Rulebook rulebook = Rulebook.builtin("366-qd-tw")) {
            refused(Status.UNKNOWN_SUBJECT, () -> rulebook.rateJson("members", "{}"));
            refused(Status.UNKNOWN_SUBJECT, () -> rulebook.newCase("members"));
            refused(Status.POLICY, () -> rulebook.rateJson("member", "{}", "{\"on_gaps\": \"lower\"}"));
            refused(Status.POLICY, () -> rulebook.newCase("member", "{\"on_gap\": \"up\"}"));
            refused(Status.REQUEST, () -> rulebook.rateJson("member", "{}", "[]"));
            refused(Status.LOAD, () -> rulebook.withOverlay("{}"));
            XeploaiException stream = refused(Status.NULL, () -> rulebook.rateStream("member", 0, null, null, 0));
            assertEquals("out", stream.place());
            try (Case one = rulebook.newCase("member")) {
                refused(Status.NOT_FOUND, () -> one.fact("score"));
            }
        }
        try (Library library = Library.builtin()) {
            refused(Status.NOT_IN_FORCE, () -> library.inForce("1999-12-31", "member"));
            refused(Status.INVALID_ARGUMENT, () -> library.inForce("31/12/2025", "member"));
        }
    }

    @Test
    void ofCohortsAndStatistics() {
        refused(Status.INVALID_ARGUMENT, () -> Statistics.ask("tallies", "{}"));
        refused(Status.REQUEST, () -> Statistics.ask("tally", "{\"row\": []}"));
        try (Library library = Library.builtin()) {
            refused(Status.REQUEST, () -> Cohort.fromJson(library, "{\"period_end\": \"2025-02-30\"}"));
            try (Cohort cohort = Cohort.fromJson(library, Faces.read("tests/cases/town.json"));
                    RatedCohort rated = cohort.rate()) {
                refused(Status.NOT_FOUND, () -> rated.explain("nobody", Language.ENGLISH));
                refused(Status.NOT_FOUND, () -> rated.ratingJson("nobody"));
                refused(Status.NOT_FOUND, () -> rated.table("minister", new Arrow.Stream().address()));
                refused(Status.NULL, () -> rated.table("member", 0));
                refused(Status.REQUEST, () -> rated.whatIf("{\"nobody\": {}}"));
                refused(Status.NULL, () -> cohort.add(Cohort.Table.RELATIONS, null, 0));
                refused(
                        Status.STREAM,
                        () -> cohort.add(Cohort.Table.SUBJECTS, "member", new Arrow.Stream().address()));
                refused(Status.CANCELLED, () -> cohort.rate(new Callbacks().progress(rows -> false)));
            }
        }
    }

    /** What these classes never ask of the library, asked below them. */
    @Test
    void belowTheClasses() {
        Native lib = Binding.get();
        byte[] broken = {'m', (byte) 0xc3, '('};
        try (Frame frame = new Frame(lib, broken)) {
            refused(Status.UTF8, () -> frame.word(Function.RULEBOOK_LOAD, frame.at(0), frame.length(0)));
            refused(Status.LIMIT, () -> frame.word(Function.RULEBOOK_LOAD, frame.at(0), (1L << 30) + 1));
        }
        try (Rulebook rulebook = Rulebook.builtin("366-qd-tw");
                Frame frame = new Frame(lib, 64, "member".getBytes(StandardCharsets.UTF_8))) {
            long address = rulebook.handle.acquire();
            long one = frame.word(Function.CASE_NEW, address, frame.at(0), frame.length(0), 0, 0);
            rulebook.handle.release();
            refused(
                    Status.BUFFER_TOO_SMALL,
                    () -> frame.run(Function.CASE_RATE, one, frame.room(), frame.room() + 24, 0));
            lib.call(Function.CASE_FREE, one);
        }
    }

    @Test
    void busy() throws InterruptedException {
        Native lib = Binding.get();
        try (Rulebook rulebook = Rulebook.builtin("366-qd-tw");
                Frame frame = new Frame(lib, "member".getBytes(StandardCharsets.UTF_8))) {
            long address = rulebook.handle.acquire();
            long one = frame.word(Function.CASE_NEW, address, frame.at(0), frame.length(0), 0, 0);
            rulebook.handle.release();
            AtomicBoolean over = new AtomicBoolean();
            Thread other = new Thread(() -> {
                try (Frame its = new Frame(lib)) {
                    while (!over.get()) {
                        its.status(Function.CASE_CLEAR, one);
                        try {
                            its.bytes(Function.CASE_TEXT, one, 0, 0);
                        } catch (XeploaiException refused) {
                            assertEquals(Status.BUSY, refused.status());
                        }
                    }
                }
            });
            other.start();
            XeploaiException seen = null;
            long until = System.nanoTime() + 20_000_000_000L;
            while (seen == null && System.nanoTime() < until) {
                try {
                    frame.bytes(Function.CASE_TEXT, one, 0, 0);
                } catch (XeploaiException refused) {
                    seen = refused;
                }
            }
            over.set(true);
            other.join();
            XeploaiException found = seen;
            refused(Status.BUSY, () -> {
                if (found != null) {
                    throw found;
                }
            });
            lib.call(Function.CASE_FREE, one);
        }
    }

    /** Only libraries that are built to be tested so panic on a text. */
    @Test
    void defect() {
        XeploaiException refused =
                assertThrows(XeploaiException.class, () -> Statistics.ask("tally", "provoke:panic"));
        assumeTrue(refused.status() == Status.INTERNAL, "the library has no provoked defects");
        refused(Status.INTERNAL, () -> Statistics.ask("tally", "provoke:panic"));
        assertTrue(Statistics.ask("tally", "{\"rows\": []}").startsWith("{"));
    }

    @Test
    void nullIsRefused() {
        assertThrows(NullPointerException.class, () -> Rulebook.builtin(null));
        assertThrows(NullPointerException.class, () -> Rulebook.load(null));
        assertThrows(NullPointerException.class, () -> Statistics.ask("tally", null));
        try (Rulebook rulebook = Rulebook.builtin("366-qd-tw")) {
            assertThrows(NullPointerException.class, () -> rulebook.rateJson("member", null));
            assertThrows(NullPointerException.class, () -> rulebook.page(null));
            try (Case one = rulebook.newCase("member")) {
                assertEquals("value", nullOf(() -> one.setDecimal(0, null)));
                assertEquals("day", nullOf(() -> one.setDate(0, null)));
                assertEquals("text", nullOf(() -> one.setText(0, null)));
                assertEquals("facts", nullOf(() -> one.setJson(null)));
            }
        }
    }

    private static String nullOf(Executable call) {
        return assertThrows(NullPointerException.class, call).getMessage();
    }
}
