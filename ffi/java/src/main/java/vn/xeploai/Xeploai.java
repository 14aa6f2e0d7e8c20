package vn.xeploai;

/** The native library that is loaded. */
public final class Xeploai {
    private Xeploai() {}

    /**
     * The version of the native library.
     *
     * @return the version, such as {@code 0.1.0}
     * @throws UnsatisfiedLinkError where the library is not found
     * @throws XeploaiException {@link Status#ABI_MISMATCH} where the library has another binary interface
     */
    public static String version() {
        Native lib = Binding.get();
        return lib.text(lib.call(Function.VERSION));
    }

    /**
     * The version of the binary interface, the same in these classes and in the library.
     *
     * @return the version
     * @throws UnsatisfiedLinkError where the library is not found
     * @throws XeploaiException {@link Status#ABI_MISMATCH} where the library has another binary interface
     */
    public static int abiVersion() {
        return (int) Binding.get().call(Function.ABI_VERSION);
    }

    /**
     * How the library is called.
     *
     * @return {@code foreign} (java.lang.foreign) or {@code jna}
     * @throws UnsatisfiedLinkError where the library is not found
     * @throws XeploaiException {@link Status#ABI_MISMATCH} where the library has another binary interface
     */
    public static String binding() {
        return Binding.kind(Binding.get());
    }
}
