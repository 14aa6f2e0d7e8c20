package vn.xeploai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.junit.jupiter.api.Test;

/** How the library is found, called, and refused. */
class BindingTest {
    private static final String FORCED = System.getProperty(Binding.KIND);

    /** Whether the jar has the foreign part, and this Java sees it. */
    private static boolean foreign() {
        try {
            Class.forName("vn.xeploai.ForeignNative");
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }

    @Test
    void asItIsForced() {
        assertEquals(FORCED, Xeploai.binding());
        assertEquals(1, Xeploai.abiVersion());
        assertEquals(System.getProperty("xeploai.test.version"), Xeploai.version());
        assertTrue(Faces.read("Cargo.toml").contains("version = \"" + Xeploai.version() + "\""));
    }

    @Test
    void otherAbiVersion() {
        for (int expected : new int[] {0, 2, -1}) {
            XeploaiException refused =
                    assertThrows(XeploaiException.class, () -> Binding.open(FORCED, expected));
            assertEquals(Status.ABI_MISMATCH, refused.status());
            assertTrue(refused.messageEn().endsWith("expected version " + expected + ", found 1"), refused.messageEn());
            assertTrue(refused.messageVi().endsWith(expected + ", g\u1eb7p 1"), refused.messageVi());
            assertTrue(refused.json().contains("\"name\":\"abi_mismatch\""));
        }
        // The next one is none the worse.
        assertEquals(1, (int) Binding.open(FORCED, 1).call(Function.ABI_VERSION));
    }

    /** A library of the JDK's own is one that has none of the functions. */
    @Test
    void anotherLibrary() {
        String path = System.getProperty(Binding.PATH);
        Path other = Paths.get(System.getProperty("java.home"), "lib", System.mapLibraryName("zip"));
        assumeTrue(Files.exists(other), "this JDK keeps its libraries elsewhere");
        try {
            System.setProperty(Binding.PATH, other.toString());
            XeploaiException refused =
                    assertThrows(XeploaiException.class, () -> Binding.open(FORCED, Binding.ABI_VERSION));
            assertEquals(Status.ABI_MISMATCH, refused.status());
            assertTrue(refused.messageEn().endsWith("found none"), refused.messageEn());
        } finally {
            System.setProperty(Binding.PATH, path);
        }
    }

    @Test
    void chosenByTheMachine() {
        String found = Binding.kind(Binding.open(null, Binding.ABI_VERSION));
        assertEquals(foreign() ? "foreign" : "jna", found);
        assertEquals("jna", Binding.kind(Binding.open("jna", Binding.ABI_VERSION)));
        if (!foreign()) {
            assertThrows(UnsupportedOperationException.class, () -> Binding.open("foreign", Binding.ABI_VERSION));
        }
        assertThrows(IllegalArgumentException.class, () -> Binding.open("jni", Binding.ABI_VERSION));
    }

    @Test
    void lookedForWhereItIsSaid() {
        String path = System.getProperty(Binding.PATH);
        try {
            System.setProperty(Binding.PATH, path + "/nowhere");
            UnsatisfiedLinkError error =
                    assertThrows(UnsatisfiedLinkError.class, () -> Binding.open(FORCED, Binding.ABI_VERSION));
            assertTrue(error.getMessage().contains(Binding.PATH), error.getMessage());
            System.setProperty(Binding.PATH, path + "/" + System.mapLibraryName("xeploai"));
            assertEquals(1, Binding.places().size());
            Binding.open(FORCED, Binding.ABI_VERSION);
            // A file that is no library.
            System.setProperty(Binding.PATH, Faces.root().resolve("Cargo.toml").toString());
            assertThrows(UnsatisfiedLinkError.class, () -> Binding.open(FORCED, Binding.ABI_VERSION));
            System.clearProperty(Binding.PATH);
            assertTrue(Binding.places().contains(System.mapLibraryName("xeploai")));
        } finally {
            System.setProperty(Binding.PATH, path);
        }
    }
}
