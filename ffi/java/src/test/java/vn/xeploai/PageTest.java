package vn.xeploai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example of the documentation, compiled out of its page, prints what the page says. */
class PageTest {
    private static String block(String page, String kind) {
        String begin = "```" + kind + "\n";
        int from = page.indexOf(begin) + begin.length();
        assertTrue(from >= begin.length(), "no block of " + kind);
        assertEquals(-1, page.indexOf(begin, from), "two blocks of " + kind);
        return page.substring(from, page.indexOf("```", from));
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/java.md", "docs/java.vi.md"})
    void printsWhatItSays(String path, @TempDir Path folder) throws Exception {
        String page = Faces.read(path);
        Path source = folder.resolve("Example.java");
        Files.write(source, block(page, "java").getBytes(StandardCharsets.UTF_8));
        Path jar = Paths.get(Xeploai.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String[] options = {"-encoding", "UTF-8", "-cp", jar + File.pathSeparator, "-d", folder.toString(), source.toString()};
        assertEquals(0, compiler.run(null, null, System.err, options));
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        URL[] places = {folder.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(places, PageTest.class.getClassLoader());
                PrintStream out = new PrintStream(printed, true, "UTF-8")) {
            System.setOut(out);
            loader.loadClass("Example").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(before);
        }
        String text = new String(printed.toByteArray(), StandardCharsets.UTF_8);
        assertEquals(block(page, "text"), text.replace(System.lineSeparator(), "\n"));
    }
}
