package vn.xeploai;

import com.sun.jna.Callback;
import com.sun.jna.CallbackReference;
import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Just enough of the C stream interface of Arrow to read counts and texts, and to hand a small table over; {@link Rows} more. */
final class Arrow {
    /** What was handed over lives as long as the tests. */
    private static final List<Object> KEPT = new ArrayList<>();

    private Arrow() {}

    /** A struct ArrowArrayStream that a call fills, or that was released. */
    static final class Stream {
        private final Memory struct = new Memory(40);

        Stream() {
            struct.clear();
        }

        long address() {
            return Pointer.nativeValue(struct);
        }

        boolean released() {
            return struct.getPointer(24) == null;
        }

        void release() {
            if (!released()) {
                Function.getFunction(struct.getPointer(24)).invokeVoid(new Object[] {struct});
            }
        }

        private void check(int code) {
            if (code != 0) {
                Pointer text = Function.getFunction(struct.getPointer(16)).invokePointer(new Object[] {struct});
                throw new IllegalStateException(text == null ? "error " + code : text.getString(0, "UTF-8"));
            }
        }

        /** The struct of the schema, to be released. */
        Memory openSchema() {
            Memory schema = new Memory(72);
            check(Function.getFunction(struct.getPointer(0)).invokeInt(new Object[] {struct, schema}));
            return schema;
        }

        /** The struct of the next batch, to be released; null after the last. */
        Memory next() {
            Memory array = new Memory(80);
            array.clear();
            check(Function.getFunction(struct.getPointer(8)).invokeInt(new Object[] {struct, array}));
            return array.getPointer(64) == null ? null : array;
        }

        /** Names of columns to their formats. */
        Map<String, String> schema() {
            Memory schema = openSchema();
            Map<String, String> columns = new LinkedHashMap<>();
            for (int place = 0; place < schema.getLong(32); place++) {
                Pointer child = schema.getPointer(40).getPointer(8L * place);
                columns.put(child.getPointer(8).getString(0, "UTF-8"), child.getPointer(0).getString(0, "UTF-8"));
            }
            releaseSchema(schema);
            return columns;
        }

        /** The rows of all batches: whole numbers as Long, texts as String, empty cells null, else the format. */
        List<Map<String, Object>> rows() {
            Map<String, String> columns = schema();
            List<Map<String, Object>> rows = new ArrayList<>();
            for (Memory array = next(); array != null; array = next()) {
                for (long row = 0; row < array.getLong(0); row++) {
                    Map<String, Object> cells = new LinkedHashMap<>();
                    long place = 0;
                    for (Map.Entry<String, String> column : columns.entrySet()) {
                        Pointer child = array.getPointer(48).getPointer(8 * place);
                        cells.put(column.getKey(), cell(child, column.getValue(), array.getLong(16) + row));
                        place++;
                    }
                    rows.add(cells);
                }
                releaseArray(array);
            }
            return rows;
        }

        private static Object cell(Pointer array, String format, long row) {
            long at = array.getLong(16) + row;
            Pointer buffers = array.getPointer(40);
            Pointer valid = buffers.getPointer(0);
            if (valid != null && (valid.getByte(at / 8) >> (at % 8) & 1) == 0) {
                return null;
            }
            Pointer dictionary = array.getPointer(56);
            if (dictionary != null) {
                return "dictionary of " + format;
            }
            switch (format) {
                case "l":
                case "L":
                    return buffers.getPointer(8).getLong(8 * at);
                case "i":
                    return (long) buffers.getPointer(8).getInt(4 * at);
                case "u": {
                    int from = buffers.getPointer(8).getInt(4 * at);
                    int to = buffers.getPointer(8).getInt(4 * (at + 1));
                    byte[] bytes = to == from ? new byte[0] : buffers.getPointer(16).getByteArray(from, to - from);
                    return new String(bytes, StandardCharsets.UTF_8);
                }
                default:
                    return format;
            }
        }
    }

    static void releaseSchema(Memory schema) {
        Function.getFunction(schema.getPointer(56)).invokeVoid(new Object[] {schema});
    }

    static void releaseArray(Memory array) {
        Function.getFunction(array.getPointer(64)).invokeVoid(new Object[] {array});
    }

    /** A callback of one pointer. */
    interface Release extends Callback {
        void invoke(Pointer struct);
    }

    /** A callback that fills a struct. */
    interface Fill extends Callback {
        int invoke(Pointer stream, Pointer out);
    }

    /** A callback that gives a text. */
    interface LastError extends Callback {
        Pointer invoke(Pointer stream);
    }

    private static Pointer kept(Callback callback) {
        KEPT.add(callback);
        return CallbackReference.getFunctionPointer(callback);
    }

    static Memory memory(long bytes) {
        Memory memory = new Memory(Math.max(bytes, 8));
        memory.clear();
        KEPT.add(memory);
        return memory;
    }

    static Memory text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Memory memory = memory(bytes.length + 1L);
        memory.write(0, bytes, 0, bytes.length);
        return memory;
    }

    private static final Pointer RELEASE_SCHEMA = kept((Release) struct -> struct.setPointer(56, null));
    private static final Pointer RELEASE_ARRAY = kept((Release) struct -> struct.setPointer(64, null));

    static Memory schema(String format, String name, List<Memory> children) {
        Memory schema = memory(72);
        schema.setPointer(0, text(format));
        schema.setPointer(8, text(name));
        schema.setLong(24, 2);
        schema.setLong(32, children.size());
        schema.setPointer(40, pointers(children));
        schema.setPointer(56, RELEASE_SCHEMA);
        return schema;
    }

    static Memory array(long rows, List<Memory> buffers, List<Memory> children) {
        Memory array = memory(80);
        array.setLong(0, rows);
        array.setLong(24, buffers.size());
        array.setLong(32, children.size());
        array.setPointer(40, pointers(buffers));
        array.setPointer(48, pointers(children));
        array.setPointer(64, RELEASE_ARRAY);
        return array;
    }

    private static Memory pointers(List<Memory> all) {
        Memory memory = memory(8L * all.size());
        for (int place = 0; place < all.size(); place++) {
            memory.setPointer(8L * place, all.get(place));
        }
        return memory;
    }

    private static Memory texts(String[] texts) {
        Memory offsets = memory(4L * (texts.length + 1));
        StringBuilder all = new StringBuilder();
        int at = 0;
        for (int row = 0; row < texts.length; row++) {
            all.append(texts[row]);
            at += texts[row].getBytes(StandardCharsets.UTF_8).length;
            offsets.setInt(4L * (row + 1), at);
        }
        List<Memory> buffers = new ArrayList<>();
        buffers.add(null);
        buffers.add(offsets);
        buffers.add(text(all.toString()));
        return array(texts.length, buffers, new ArrayList<>());
    }

    private static Memory booleans(boolean[] values) {
        Memory bits = memory(values.length / 8 + 1L);
        for (int row = 0; row < values.length; row++) {
            if (values[row]) {
                bits.setByte(row / 8, (byte) (bits.getByte(row / 8) | 1 << row % 8));
            }
        }
        List<Memory> buffers = new ArrayList<>();
        buffers.add(null);
        buffers.add(bits);
        return array(values.length, buffers, new ArrayList<>());
    }

    /** A stream that gives a table of columns, of type String[] or boolean[], some times over; then it fails where it should. */
    static Stream table(Map<String, Object> columns, int times, String failure) {
        List<Memory> schemas = new ArrayList<>();
        List<Memory> arrays = new ArrayList<>();
        int rows = 0;
        for (Map.Entry<String, Object> column : columns.entrySet()) {
            boolean isText = column.getValue() instanceof String[];
            schemas.add(schema(isText ? "u" : "b", column.getKey(), new ArrayList<>()));
            Memory values = isText ? texts((String[]) column.getValue()) : booleans((boolean[]) column.getValue());
            rows = (int) values.getLong(0);
            arrays.add(values);
        }
        return stream(schemas, arrays, rows, 0, times, failure);
    }

    /** A stream of batches of these columns, whose first rows are skipped, some times over; then it fails where it should. */
    static Stream stream(
            List<Memory> schemas, List<Memory> arrays, long rows, long skipped, int times, String failure) {
        int[] given = {0};
        Memory said = text(failure == null ? "" : failure);
        Stream stream = new Stream();
        stream.struct.setPointer(0, kept((Fill) (self, out) -> {
            Memory schema = schema("+s", "", schemas);
            out.write(0, schema.getByteArray(0, 72), 0, 72);
            return 0;
        }));
        stream.struct.setPointer(8, kept((Fill) (self, out) -> {
            if (given[0]++ >= times) {
                out.setPointer(64, null);
                return failure == null ? 0 : 5;
            }
            List<Memory> whole = new ArrayList<>();
            whole.add(null);
            List<Memory> children = new ArrayList<>();
            for (Memory array : arrays) {
                Memory copy = memory(80);
                copy.write(0, array.getByteArray(0, 80), 0, 80);
                children.add(copy);
            }
            Memory batch = array(rows, whole, children);
            batch.setLong(16, skipped);
            out.write(0, batch.getByteArray(0, 80), 0, 80);
            return 0;
        }));
        stream.struct.setPointer(16, kept((LastError) self -> said));
        stream.struct.setPointer(24, kept((Release) self -> self.setPointer(24, null)));
        KEPT.add(stream);
        return stream;
    }
}
