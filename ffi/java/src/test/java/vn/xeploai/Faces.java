package vn.xeploai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The files that all faces share. */
final class Faces {
    /** A member under 366-QD/TW whose facts are all stated. */
    static final String MEMBER = "{\"period_end\":\"2025-12-31\",\"admitted_on\":\"2010-05-19\","
            + "\"exempt_from_activities\":false,\"suspended_from_activities\":false,\"score_general\":28,"
            + "\"score_results\":\"61.99\",\"tasks_assigned\":10,\"tasks_done\":10,\"tasks_late\":0,"
            + "\"tasks_below_standard\":0,\"tasks_exceeded\":2,\"shortcomings_noted\":2,\"shortcomings_remedied\":2,"
            + "\"degradation_concluded\":false,\"conduct_breach_concluded\":false,\"discipline_on_duty\":\"none\","
            + "\"discipline_for_earlier_violation\":false,\"self_detected_and_remedied\":false}";

    private Faces() {}

    static Path root() {
        return Paths.get(System.getProperty("xeploai.test.root"));
    }

    static String read(String path) {
        try {
            return new String(Files.readAllBytes(root().resolve(path)), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** What is asked, and the status, answer, message in Vietnamese, in English. */
    static final class Question {
        final int line;
        final List<String> asked;
        final List<String> expected;

        private Question(int line, List<String> fields) {
            this.line = line;
            this.asked = fields.subList(0, fields.size() - 4);
            this.expected = fields.subList(fields.size() - 4, fields.size());
        }

        @Override
        public String toString() {
            String text = "line " + line + ": " + String.join(" | ", asked);
            return text.substring(0, Math.min(120, text.length()));
        }
    }

    static List<Question> questions() {
        List<Question> all = new ArrayList<>();
        String[] lines = read("tests/cases/faces.tsv").split("\n", -1);
        for (int number = 0; number < lines.length; number++) {
            if (lines[number].isEmpty() || lines[number].startsWith("#")) {
                continue;
            }
            List<String> fields = new ArrayList<>();
            for (String field : lines[number].split("\t", -1)) {
                fields.add(unescaped(field));
            }
            all.add(new Question(number + 1, fields));
        }
        return all;
    }

    private static String unescaped(String field) {
        StringBuilder text = new StringBuilder();
        for (int place = 0; place < field.length(); place++) {
            char one = field.charAt(place);
            if (one != '\\') {
                text.append(one);
                continue;
            }
            place++;
            char escaped = field.charAt(place);
            text.append(escaped == 't' ? '\t' : escaped == 'n' ? '\n' : escaped);
        }
        return text.toString();
    }

    private static Language language(String code) {
        return code.equals("vi") ? Language.VIETNAMESE : Language.ENGLISH;
    }

    private interface Work<T> {
        String of(T handle);
    }

    private static String rated(String request, Work<RatedCohort> work) {
        try (Library library = Library.builtin();
                Cohort cohort = Cohort.fromJson(library, request);
                RatedCohort rated = cohort.rate()) {
            return work.of(rated);
        }
    }

    /** What this face answers. */
    static List<String> answer(List<String> asked, boolean byCase) {
        try {
            return Arrays.asList("ok", text(asked, byCase), "", "");
        } catch (XeploaiException refused) {
            return Arrays.asList(refused.status().code(), "", refused.messageVi(), refused.messageEn());
        }
    }

    /** The table of a cohort rated once more, after its quotas, what they came to, and counted. */
    private static String batch(List<String> asked) {
        String kind = asked.get(2);
        String table = asked.get(3);
        try (Library library = Library.builtin();
                Cohort cohort = Cohort.fromJson(library, asked.get(1))) {
            if (!table.isEmpty()) {
                // What writes tables and what reads them agree, also where a batch does not begin with its memory.
                assertEquals(table, Rows.text(Rows.table(table)));
                cohort.add(Cohort.Table.SUBJECTS, kind, Rows.table(table).address());
            }
            try (RatedCohort rated = cohort.rate();
                    Rulebook rulebook = Rulebook.builtin(asked.get(4))) {
                Arrow.Stream held = new Arrow.Stream();
                Arrow.Stream counts = new Arrow.Stream();
                String again = Rows.text(again(rated, rulebook, kind, asked.get(5)));
                String quotas = rulebook.holdStream(
                        kind, again(rated, rulebook, kind, asked.get(5)).address(), asked.get(6), held.address());
                rulebook.tallyStream(
                        again(rated, rulebook, kind, asked.get(5)).address(), asked.get(7), counts.address());
                return String.join("\n", again, Rows.text(held), quotas, Rows.text(counts));
            }
        }
    }

    private static Arrow.Stream again(RatedCohort rated, Rulebook rulebook, String kind, String options) {
        Arrow.Stream table = new Arrow.Stream();
        Arrow.Stream again = new Arrow.Stream();
        rated.table(kind, table.address());
        rulebook.rateStream(kind, table.address(), options, null, again.address());
        return again;
    }

    private static String text(List<String> asked, boolean byCase) {
        switch (asked.get(0)) {
            case "rate":
            case "explain":
                try (Rulebook rulebook = Rulebook.builtin(asked.get(1), asked.get(2))) {
                    String subject = asked.get(3);
                    String policies = asked.get(4);
                    String facts = asked.get(5);
                    if (asked.get(0).equals("rate") && !byCase) {
                        return rulebook.rateJson(subject, facts, policies);
                    }
                    try (Case one = rulebook.newCase(subject, policies)) {
                        one.setJson(facts);
                        return asked.get(0).equals("rate") ? one.toJson() : one.explain(language(asked.get(6)));
                    }
                }
            case "digest":
                try (Rulebook rulebook = Rulebook.builtin(asked.get(1), asked.get(2))) {
                    return rulebook.digest();
                }
            case "summary":
                try (Rulebook rulebook = Rulebook.builtin(asked.get(1), asked.get(2))) {
                    return rulebook.summaryJson();
                }
            case "load":
                try (Rulebook rulebook = Rulebook.load(asked.get(1))) {
                    return rulebook.digest();
                }
            case "overlay":
                try (Rulebook base = Rulebook.builtin(asked.get(1));
                        Rulebook rulebook = base.withOverlay(asked.get(2))) {
                    return rulebook.digest();
                }
            case "in_force":
                try (Library library = Library.builtin();
                        Rulebook rulebook = library.inForce(asked.get(1), asked.get(2), asked.get(3))) {
                    return rulebook.digest();
                }
            case "plan":
                try (Library library = Library.builtin();
                        Cohort cohort = Cohort.fromJson(library, asked.get(1))) {
                    return cohort.planJson();
                }
            case "cohort":
                return rated(asked.get(1), RatedCohort::toJson);
            case "batch":
                return batch(asked);
            case "cohort_explain":
                return rated(asked.get(1), rated -> rated.explain(asked.get(2), language(asked.get(3))));
            case "what_if":
                return rated(asked.get(1), rated -> rated.whatIf(asked.get(2)));
            case "statistics":
                return Statistics.ask(asked.get(1), asked.get(2));
            default:
                throw new AssertionError("no such question: " + asked);
        }
    }
}
