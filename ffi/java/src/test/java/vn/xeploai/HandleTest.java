package vn.xeploai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Closing, and threads. */
class HandleTest {
    private static final String TOWN = Faces.read("tests/cases/town.json");

    @Test
    void twiceAndAfter() {
        Library library = Library.builtin();
        Rulebook rulebook = Rulebook.builtin("366-qd-tw");
        Case one = rulebook.newCase("member");
        Cohort cohort = Cohort.fromJson(library, TOWN);
        RatedCohort rated = cohort.rate();
        library.close();
        library.close();
        rulebook.close();
        rulebook.close();
        cohort.close();
        cohort.close();
        // What came of them lives on.
        assertEquals(Outcome.Kind.UNDETERMINED, one.rate().kind());
        assertTrue(rated.toJson().startsWith("{"));
        one.close();
        one.close();
        rated.close();
        rated.close();
        assertThrows(IllegalStateException.class, library::toJson);
        assertThrows(IllegalStateException.class, () -> library.inForce("2025-12-31", "member"));
        assertThrows(IllegalStateException.class, () -> Cohort.fromJson(library, TOWN));
        assertThrows(IllegalStateException.class, rulebook::digest);
        assertThrows(IllegalStateException.class, () -> rulebook.rateJson("member", "{}"));
        assertThrows(IllegalStateException.class, () -> rulebook.tallyStream(0, null, 0));
        assertThrows(IllegalStateException.class, one::rate);
        assertThrows(IllegalStateException.class, () -> one.setInteger(0, 1).send());
        assertThrows(IllegalStateException.class, cohort::planJson);
        assertThrows(IllegalStateException.class, () -> cohort.rate(new Callbacks()));
        assertThrows(IllegalStateException.class, rated::toJson);
        try (Library other = Library.builtin()) {
            assertThrows(IllegalStateException.class, () -> other.withRulebook(rulebook));
            // The one that is open was given back.
            try (Rulebook more = Rulebook.builtin("366-qd-tw");
                    Library larger = other.withRulebook(more)) {
                assertTrue(larger.toJson().contains(more.digest()));
            }
        }
    }

    @Test
    void everyMethodOfACaseThatWasClosed() {
        try (Rulebook rulebook = Rulebook.builtin("366-qd-tw")) {
            Case one = rulebook.newCase("member");
            one.setBoolean(0, true);
            one.close();
            Executable[] all = {
                () -> one.fact("score_general"),
                () -> one.setMissing(0),
                () -> one.setBoolean(0, true),
                () -> one.setBoolean(1, true),
                () -> one.setInteger(0, 1),
                () -> one.setInteger(-1, 1),
                () -> one.setDecimal(0, 1, 1),
                () -> one.setDecimal(0, BigDecimal.ONE),
                () -> one.setDecimal(0, new BigDecimal("1e-19")),
                () -> one.setDate(0, LocalDate.of(2025, 12, 31)),
                () -> one.setText(0, "none"),
                () -> one.setText(0, "\ud83d"),
                one::send,
                () -> one.setJson("{}"),
                one::clear,
                one::rate,
                one::toJson,
                () -> one.explain(Language.ENGLISH)
            };
            for (int number = 0; number < all.length; number++) {
                String which = "number " + number;
                String said = assertThrows(IllegalStateException.class, all[number], which).getMessage();
                assertEquals("Case was closed", said, which);
            }
        }
    }

    @Test
    void threadsShareARulebook() throws InterruptedException {
        try (Rulebook rulebook = Rulebook.builtin("366-qd-tw")) {
            String expected = rulebook.rateJson("member", Faces.MEMBER);
            ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
            CountDownLatch begin = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int number = 0; number < 8; number++) {
                Thread thread = new Thread(() -> {
                    try (Case one = rulebook.newCase("member")) {
                        begin.await();
                        for (int round = 0; round < 40; round++) {
                            assertEquals(expected, rulebook.rateJson("member", Faces.MEMBER));
                            assertEquals(expected, one.clear().setJson(Faces.MEMBER).toJson());
                        }
                    } catch (Throwable thrown) {
                        wrong.add(thrown);
                    }
                });
                threads.add(thread);
                thread.start();
            }
            begin.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertTrue(wrong.isEmpty(), wrong.toString());
        }
    }

    @Test
    void threadsShareACase() throws InterruptedException {
        try (Rulebook rulebook = Rulebook.builtin("366-qd-tw");
                Case one = rulebook.newCase("member")) {
            ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
            List<Thread> threads = new ArrayList<>();
            for (int number = 0; number < 4; number++) {
                Thread thread = new Thread(() -> {
                    try {
                        for (int round = 0; round < 200; round++) {
                            one.setInteger(round % 5, round).setText(round % 7, "none").rate();
                            one.clear();
                        }
                    } catch (Throwable thrown) {
                        wrong.add(thrown);
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertTrue(wrong.isEmpty(), wrong.toString());
        }
    }

    @Test
    void closedWhileInUse() throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            Rulebook rulebook = Rulebook.builtin("366-qd-tw");
            String expected = rulebook.rateJson("member", Faces.MEMBER);
            ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
            CountDownLatch begun = new CountDownLatch(2);
            List<Thread> threads = new ArrayList<>();
            for (int number = 0; number < 2; number++) {
                Thread thread = new Thread(() -> {
                    try {
                        while (true) {
                            assertEquals(expected, rulebook.rateJson("member", Faces.MEMBER));
                            begun.countDown();
                        }
                    } catch (IllegalStateException closed) {
                        // As it should be.
                    } catch (Throwable thrown) {
                        wrong.add(thrown);
                    }
                });
                threads.add(thread);
                thread.start();
            }
            begun.await();
            rulebook.close();
            for (Thread thread : threads) {
                thread.join();
            }
            assertTrue(wrong.isEmpty(), wrong.toString());
        }
    }

    @Test
    void closedByACallback() {
        try (Library library = Library.builtin()) {
            Cohort cohort = Cohort.fromJson(library, TOWN);
            Callbacks callbacks = new Callbacks().progress(rows -> {
                cohort.close();
                return true;
            });
            try (RatedCohort rated = cohort.rate(callbacks)) {
                assertTrue(rated.toJson().startsWith("{"));
            }
            assertThrows(IllegalStateException.class, cohort::planJson);
        }
    }

    @Test
    void forgottenOnesAreFreed() throws InterruptedException {
        int before = Handle.open();
        forget();
        for (int round = 0; round < 100 && Handle.open() > before; round++) {
            System.gc();
            Thread.sleep(20);
            Handle.sweep();
        }
        assertTrue(Handle.open() <= before, Handle.open() + " are open, " + before + " were");
    }

    private static void forget() {
        for (int round = 0; round < 20; round++) {
            assertTrue(Rulebook.builtin("366-qd-tw").digest().startsWith("sha256:"));
        }
    }
}
