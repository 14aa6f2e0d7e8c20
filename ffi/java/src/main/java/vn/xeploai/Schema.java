package vn.xeploai;

/** The JSON Schemas of the documents that can be written by hand. */
public enum Schema {
    /** Of a rulebook. */
    RULEBOOK,
    /** Of an overlay on a rulebook. */
    OVERLAY;

    /**
     * The schema, for an editor.
     *
     * @return the JSON text
     */
    public String json() {
        Native lib = Binding.get();
        try (Frame frame = new Frame(lib, lib.word())) {
            long text = lib.call(Function.SCHEMA, ordinal(), frame.room());
            byte[] bytes = new byte[(int) lib.readWord(frame.room())];
            lib.read(text, bytes, bytes.length);
            return Utf8.text(bytes);
        }
    }
}
