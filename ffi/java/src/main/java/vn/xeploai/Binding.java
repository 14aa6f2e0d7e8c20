package vn.xeploai;

import java.io.File;
import java.util.ArrayList;
import java.util.List;

/** Finds the native library and how to call it, once, when it is first needed. */
final class Binding {
    /** The binary interface that these classes are written for. */
    static final int ABI_VERSION = 1;

    static final String PATH = "xeploai.library.path";
    static final String KIND = "xeploai.binding";

    private static volatile Native lib;

    private Binding() {}

    static Native get() {
        Native found = lib;
        if (found == null) {
            synchronized (Binding.class) {
                found = lib;
                if (found == null) {
                    found = open(System.getProperty(KIND), ABI_VERSION);
                    lib = found;
                }
            }
        }
        return found;
    }

    /** How the library is called: {@code foreign} or {@code jna}. */
    static String kind(Native lib) {
        return lib.getClass().getSimpleName().startsWith("Foreign") ? "foreign" : "jna";
    }

    /** Opens the library, and refuses one of another binary interface. */
    static Native open(String kind, int expected) {
        Native found = bound(kind, places());
        // The version first: a library of another one may well lack a function.
        String version = Integer.toString(expected);
        if (!found.has(Function.ABI_VERSION)) {
            throw mismatch(version, "none");
        }
        int abi = (int) found.call(Function.ABI_VERSION);
        if (abi != expected) {
            throw mismatch(version, Integer.toString(abi));
        }
        for (Function function : Function.values()) {
            if (!found.has(function)) {
                throw mismatch(version, version + " without " + function.symbol);
            }
        }
        return found;
    }

    private static Native bound(String kind, List<String> places) {
        boolean any = kind == null || kind.isEmpty();
        if (!any && !kind.equals("foreign") && !kind.equals("jna")) {
            throw new IllegalArgumentException(KIND + ": expected foreign or jna, found " + kind);
        }
        if (any || kind.equals("foreign")) {
            try {
                // Only Java 22 and later sees this class in the jar.
                return (Native) Class.forName("vn.xeploai.ForeignNative")
                        .getDeclaredConstructor(List.class)
                        .newInstance(places);
            } catch (ClassNotFoundException absent) {
                if (!any) {
                    throw new UnsupportedOperationException(
                            KIND + ": java.lang.foreign needs Java 22 or later, and these classes from their jar", absent);
                }
            } catch (java.lang.reflect.InvocationTargetException failed) {
                if (failed.getCause() instanceof RuntimeException) {
                    throw (RuntimeException) failed.getCause();
                }
                if (failed.getCause() instanceof Error) {
                    throw (Error) failed.getCause();
                }
                throw new IllegalStateException(failed.getCause());
            } catch (ReflectiveOperationException failed) {
                throw new IllegalStateException(failed);
            }
        }
        return new JnaNative(places);
    }

    /** Where the library may be: paths of files that there are, then names for the system to look for. */
    static List<String> places() {
        String file = System.mapLibraryName("xeploai");
        String[] names = {file, file + ".1"};
        List<String> places = new ArrayList<>();
        String said = System.getProperty(PATH);
        if (said != null && !said.isEmpty()) {
            File path = new File(said);
            if (path.isFile()) {
                places.add(path.getAbsolutePath());
            } else {
                within(path, names, places);
            }
            if (places.isEmpty()) {
                throw new UnsatisfiedLinkError(PATH + ": there is no " + file + " at " + said);
            }
            return places;
        }
        for (String folder : System.getProperty("java.library.path", "").split(File.pathSeparator)) {
            if (!folder.isEmpty()) {
                within(new File(folder), names, places);
            }
        }
        places.add(names[0]);
        places.add(names[1]);
        return places;
    }

    private static void within(File folder, String[] names, List<String> places) {
        for (String name : names) {
            File file = new File(folder, name);
            if (file.isFile()) {
                places.add(file.getAbsolutePath());
            }
        }
    }

    /** That nothing was found at any of the places. */
    static UnsatisfiedLinkError unfound(List<String> places, Throwable last) {
        UnsatisfiedLinkError error = new UnsatisfiedLinkError(
                "the library xeploai was not found; looked for " + String.join(", ", places)
                        + "; the system property " + PATH + " says where it is");
        error.initCause(last);
        return error;
    }

    /** The one error whose messages cannot come from the library: it is another one. The words are those of its catalogue. */
    static XeploaiException mismatch(String expected, String found) {
        String en = "the library has another binary interface: expected version " + expected + ", found " + found;
        String vi = "thư viện có giao diện nhị phân khác: cần phiên bản " + expected + ", gặp " + found;
        String json = "{\"status\":8,\"name\":\"abi_mismatch\",\"place\":\"abi_version\",\"message\":{\"vi\":\"" + vi
                + "\",\"en\":\"" + en + "\"},\"faults\":[]}";
        return new XeploaiException(Status.ABI_MISMATCH, "abi_version", vi, en, json);
    }
}
