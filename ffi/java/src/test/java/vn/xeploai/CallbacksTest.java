package vn.xeploai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callbacks of a cohort, and what they throw. */
class CallbacksTest {
    private Library library;
    private Cohort cohort;

    @BeforeEach
    void open() {
        library = Library.builtin();
        cohort = Cohort.fromJson(library, Faces.read("tests/cases/town.json"));
    }

    @AfterEach
    void close() {
        cohort.close();
        library.close();
        assertEquals(0, Callbacks.uses(), "callbacks that were not dropped");
    }

    @Test
    void progressIsTold() {
        List<Long> told = new ArrayList<>();
        Callbacks callbacks = new Callbacks().progress(told::add).log((vi, en) -> {});
        try (RatedCohort rated = cohort.rate(callbacks);
                RatedCohort without = cohort.rate()) {
            assertEquals(without.toJson(), rated.toJson());
        }
        assertTrue(told.size() > 0, told.toString());
        assertEquals(6, told.get(told.size() - 1));
        assertNull(callbacks.exception());
    }

    @Test
    void falseStops() {
        XeploaiException stopped = assertThrows(
                XeploaiException.class, () -> cohort.rate(new Callbacks().progress(rows -> false)));
        assertEquals(Status.CANCELLED, stopped.status());
        assertEquals("callbacks", stopped.place());
        // The cohort stays as it was.
        cohort.rate().close();
    }

    @Test
    void exceptionsComeOutAsTheyAre() {
        Throwable[] all = {
            new IllegalStateException("one"), new OutOfMemoryError("two"), new java.io.IOException("checked")
        };
        for (Throwable one : all) {
            Callbacks callbacks = new Callbacks().progress(rows -> sneak(one));
            assertSame(one, assertThrows(Throwable.class, () -> cohort.rate(callbacks)));
            assertSame(one, callbacks.exception());
        }
        try (RatedCohort rated = cohort.rate(new Callbacks().progress(rows -> true))) {
            assertTrue(rated.toJson().startsWith("{"));
        }
    }

    @Test
    void theExceptionIsThatOfTheLastCall() {
        RuntimeException[] thrown = {new IllegalStateException("one"), new IllegalStateException("two"), null};
        int[] call = {0};
        Callbacks callbacks = new Callbacks().progress(rows -> {
            if (thrown[call[0]] != null) {
                throw thrown[call[0]];
            }
            return true;
        });
        for (; call[0] < 2; call[0]++) {
            assertSame(thrown[call[0]], assertThrows(RuntimeException.class, () -> cohort.rate(callbacks)));
            assertSame(thrown[call[0]], callbacks.exception());
        }
        cohort.rate(callbacks).close();
        assertNull(callbacks.exception());
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> boolean sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void aCallbackMayCall() {
        List<String> plans = new ArrayList<>();
        Callbacks callbacks = new Callbacks().progress(rows -> plans.add(cohort.planJson()));
        cohort.rate(callbacks).close();
        assertTrue(plans.size() > 0);
    }

    @Test
    void noneIsWanted() {
        cohort.rate(new Callbacks()).close();
        cohort.rate(null).close();
    }
}
