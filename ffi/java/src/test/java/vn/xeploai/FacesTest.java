package vn.xeploai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Java answers with the same bytes as every other face. */
class FacesTest {
    static List<Faces.Question> questions() {
        return Faces.questions();
    }

    @ParameterizedTest
    @MethodSource("questions")
    void sameBytes(Faces.Question question) {
        assertEquals(question.expected, Faces.answer(question.asked, false));
        if (question.asked.get(0).equals("rate")) {
            assertEquals(question.expected, Faces.answer(question.asked, true));
        }
    }

    @Test
    void allOfThem() {
        assertTrue(questions().size() > 100, "asked " + questions().size());
    }
}
