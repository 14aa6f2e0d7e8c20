package vn.xeploai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables of Arrow by the addresses of their structs, without a library of Arrow. */
class StreamTest {
    private static final String NAME = "\u0110\u00e0o Th\u1ecb H\u1ec7";
    private static final String NFD = Normalizer.normalize(NAME, Normalizer.Form.NFD);

    private Library library;
    private Rulebook rulebook;

    @BeforeEach
    void open() {
        library = Library.builtin();
        rulebook = Rulebook.builtin("366-qd-tw");
    }

    @AfterEach
    void close() {
        rulebook.close();
        library.close();
        assertEquals(0, Callbacks.uses(), "callbacks that were not dropped");
    }

    private static Map<String, Object> members() {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("name", new String[] {NAME, NFD, "\ud83d\ude00"});
        columns.put("exempt_from_activities", new boolean[] {true, false, false});
        columns.put("discipline_on_duty", new String[] {"none", "none", "nothing"});
        return columns;
    }

    private static List<Object> column(List<Map<String, Object>> rows, String name) {
        List<Object> all = new ArrayList<>();
        for (Map<String, Object> row : rows) {
            assertTrue(row.containsKey(name), row.keySet().toString());
            all.add(row.get(name));
        }
        return all;
    }

    @Test
    void aTableOfJava() {
        Arrow.Stream in = Arrow.table(members(), 2, null);
        Arrow.Stream out = new Arrow.Stream();
        List<String> said = new ArrayList<>();
        rulebook.rateStream(
                "member", in.address(), "{\"prefix\": \"kq_\"}", new Callbacks().log((vi, en) -> {
                    said.add(vi);
                    said.add(en);
                }), out.address());
        assertTrue(in.released(), "it was moved out");
        // The facts that no column states are told, in both languages.
        assertEquals(2, said.size());
        assertTrue(said.get(0).contains("tasks_assigned"), said.toString());
        assertTrue(!said.get(0).equals(said.get(1)), said.toString());
        Arrow.Stream tallied = new Arrow.Stream();
        List<String> formats = new ArrayList<>(out.schema().keySet());
        assertEquals(Arrays.asList("name", "exempt_from_activities", "discipline_on_duty"), formats.subList(0, 3));
        assertTrue(formats.contains("kq_outcome"), formats.toString());
        rulebook.tallyStream(
                out.address(), "{\"prefix\": \"kq_\", \"by\": [\"discipline_on_duty\"]}", tallied.address());
        assertTrue(out.released());
        List<Map<String, Object>> rows = tallied.rows();
        tallied.release();
        assertEquals(2, rows.size());
        List<Object> groups = column(rows, "discipline_on_duty");
        Map<String, Object> none = rows.get(groups.indexOf("none"));
        assertEquals(2L, none.get("not_reviewed"));
        assertEquals(2L, none.get("undetermined"));
        assertEquals(0L, none.get("invalid"));
        assertEquals(2L, rows.get(groups.indexOf("nothing")).get("invalid"));
    }

    /** Composed, decomposed and other texts of a foreign column come out as they went in. */
    @Test
    void textsPassUnchanged() {
        Arrow.Stream out = new Arrow.Stream();
        rulebook.rateStream("member", Arrow.table(members(), 1, null).address(), null, null, out.address());
        assertEquals(Arrays.asList(NAME, NFD, "\ud83d\ude00"), column(out.rows(), "name"));
        out.release();
    }

    @Test
    void aChain() {
        String request = "{\"period_end\": \"2025-12-31\"}";
        try (Cohort cohort = Cohort.fromJson(library, request)) {
            Map<String, Object> columns = members();
            columns.put("id", new String[] {"DV1", "DV2", "DV3"});
            Map<String, Object> relations = new LinkedHashMap<>();
            relations.put("subject", new String[] {"DV1"});
            relations.put("relation", new String[] {"belongs_to"});
            relations.put("object", new String[] {"nobody"});
            cohort.add(Cohort.Table.SUBJECTS, "member", Arrow.table(columns, 1, null).address());
            cohort.add(Cohort.Table.RELATIONS, null, Arrow.table(relations, 1, null).address());
            try (RatedCohort rated = cohort.rate()) {
                assertTrue(rated.toJson().contains("nobody"), "the relation was read");
                Arrow.Stream table = new Arrow.Stream();
                rated.table("member", table.address());
                Arrow.Stream again = new Arrow.Stream();
                rulebook.rateStream("member", table.address(), "{\"prefix\": \"again_\"}", null, again.address());
                assertTrue(table.released());
                Arrow.Stream counts = new Arrow.Stream();
                rulebook.tallyStream(again.address(), "{\"prefix\": \"again_\"}", counts.address());
                List<Map<String, Object>> rows = counts.rows();
                counts.release();
                assertEquals(1, rows.size());
                Map<String, Object> row = rows.get(0);
                assertEquals(1L, row.get("not_reviewed"), row.toString());
                assertEquals(1L, row.get("undetermined"), row.toString());
                assertEquals(1L, row.get("invalid"), row.toString());
                assertEquals(0L, row.get("excellent"), row.toString());
            }
        }
    }

    @Test
    void quotasHeld() {
        Arrow.Stream rated = new Arrow.Stream();
        Map<String, Object> columns = members();
        columns.put("position_group", new String[] {"a", "a", "b"});
        rulebook.rateStream("member", Arrow.table(columns, 1, null).address(), null, null, rated.address());
        Arrow.Stream held = new Arrow.Stream();
        String quotas = rulebook.holdStream("member", rated.address(), null, held.address());
        assertTrue(quotas.startsWith("["), quotas);
        assertEquals(3, held.rows().size());
        held.release();
    }

    @Test
    void columnsAreRefused() {
        Map<String, Object> columns = members();
        columns.put("task_done", new String[] {"a", "b", "c"});
        Arrow.Stream out = new Arrow.Stream();
        Arrow.Stream in = Arrow.table(columns, 1, null);
        Callbacks callbacks = new Callbacks().progress(rows -> true);
        XeploaiException refused = assertThrows(
                XeploaiException.class,
                () -> rulebook.rateStream("member", in.address(), null, callbacks, out.address()));
        assertEquals(Status.TABLE, refused.status());
        assertEquals("task_done", refused.place());
        assertTrue(in.released() && out.released());
        rulebook.rateStream(
                "member", Arrow.table(columns, 1, null).address(), "{\"keep\": [\"task_done\"]}", null, out.address());
        assertEquals(Arrays.asList("a", "b", "c"), column(out.rows(), "task_done"));
        out.release();
    }

    @Test
    void progressStops() {
        List<Long> told = new ArrayList<>();
        Callbacks callbacks = new Callbacks().progress(rows -> {
            told.add(rows);
            return false;
        });
        Arrow.Stream out = new Arrow.Stream();
        rulebook.rateStream("member", Arrow.table(members(), 3, null).address(), null, callbacks, out.address());
        assertEquals(1, Callbacks.uses());
        IllegalStateException stopped = assertThrows(IllegalStateException.class, out::rows);
        assertTrue(stopped.getMessage().contains("cancelled"), stopped.getMessage());
        assertEquals(1, told.size());
        assertNull(callbacks.exception());
        out.release();
    }

    @Test
    void exceptionsAreKept() {
        ArithmeticException thrown = new ArithmeticException("of progress");
        Callbacks callbacks = new Callbacks().progress(rows -> {
            throw thrown;
        });
        Arrow.Stream out = new Arrow.Stream();
        rulebook.rateStream("member", Arrow.table(members(), 1, null).address(), null, callbacks, out.address());
        assertThrows(IllegalStateException.class, out::rows);
        assertSame(thrown, callbacks.exception());
        out.release();

        StackOverflowError other = new StackOverflowError("of log");
        Callbacks logging = new Callbacks().log((vi, en) -> {
            throw other;
        });
        rulebook.rateStream("member", Arrow.table(members(), 1, null).address(), null, logging, out.address());
        assertSame(other, logging.exception());
        assertEquals(3, out.rows().size());
        out.release();
    }

    @Test
    void aStreamThatFails() {
        Arrow.Stream out = new Arrow.Stream();
        rulebook.rateStream("member", Arrow.table(members(), 0, "h\u1ecfng").address(), null, null, out.address());
        IllegalStateException failed = assertThrows(IllegalStateException.class, out::rows);
        assertTrue(failed.getMessage().contains("h\u1ecfng"), failed.getMessage());
        out.release();
        try (Cohort cohort = Cohort.fromJson(library, "{\"period_end\": \"2025-12-31\"}")) {
            XeploaiException refused = assertThrows(
                    XeploaiException.class,
                    () -> cohort.add(
                            Cohort.Table.SUBJECTS, "member", Arrow.table(members(), 0, "h\u1ecfng").address()));
            assertEquals(Status.STREAM, refused.status());
            assertTrue(refused.messageEn().contains("h\u1ecfng"), refused.messageEn());
        }
    }
}
