package vn.xeploai;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tables as texts, in and out, for the shared cases: every face writes and reads the same text by its own means.
 *
 * <p>The first line names the columns, {@code name:format|name:format}, in the formats of the C data interface; {@code c of u}
 * is a dictionary. Then a line for each row, its cells apart by {@code |}: {@code -} is null, numbers stand in decimal,
 * decimals as their unscaled number (its low 64 bits), days as numbers from 1970-01-01, {@code true} and {@code false}; of a
 * dictionary the value. A column of any other format is {@code ?}.
 */
final class Rows {
    /** The columns begin behind this many cells: one of the table that is skipped, and one of each column. */
    private static final int BEFORE = 2;

    private Rows() {}

    private static final class Column {
        final String name;
        final String format;
        final Column dictionary;

        Column(Pointer schema) {
            Pointer named = schema.getPointer(8);
            name = named == null ? "" : named.getString(0, "UTF-8");
            format = schema.getPointer(0).getString(0, "UTF-8");
            dictionary = schema.getPointer(48) == null ? null : new Column(schema.getPointer(48));
        }

        String formats() {
            return dictionary == null ? format : format + " of " + dictionary.formats();
        }
    }

    private static boolean bit(Pointer bits, long at) {
        return (bits.getByte(at / 8) >> (at % 8) & 1) != 0;
    }

    private static long whole(String format, Pointer values, long at) {
        switch (format) {
            case "c":
                return values.getByte(at);
            case "C":
                return values.getByte(at) & 0xFF;
            case "s":
                return values.getShort(2 * at);
            case "S":
                return values.getShort(2 * at) & 0xFFFF;
            case "i":
            case "tdD":
                return values.getInt(4 * at);
            case "I":
                return values.getInt(4 * at) & 0xFFFFFFFFL;
            default:
                return values.getLong(8 * at);
        }
    }

    private static String cell(Column column, Pointer array, long row) {
        long at = array.getLong(16) + row;
        Pointer buffers = array.getPointer(40);
        Pointer valid = array.getLong(24) > 0 ? buffers.getPointer(0) : null;
        if (valid != null && !bit(valid, at)) {
            return "-";
        }
        Pointer values = array.getLong(24) > 1 ? buffers.getPointer(8) : null;
        if (column.dictionary != null) {
            return cell(column.dictionary, array.getPointer(56), whole(column.format, values, at));
        }
        switch (column.format) {
            case "u": {
                int from = values.getInt(4 * at);
                int to = values.getInt(4 * (at + 1));
                byte[] bytes = to == from ? new byte[0] : buffers.getPointer(16).getByteArray(from, to - from);
                return new String(bytes, StandardCharsets.UTF_8);
            }
            case "b":
                return bit(values, at) ? "true" : "false";
            case "L":
                return Long.toUnsignedString(whole("L", values, at));
            case "c":
            case "C":
            case "s":
            case "S":
            case "i":
            case "I":
            case "l":
            case "tdD":
                return Long.toString(whole(column.format, values, at));
            default:
                // 128 bits, the low ones first.
                boolean decimals = column.format.startsWith("d:") && column.format.split(",").length == 2;
                return decimals ? Long.toString(whole("l", values, 2 * at)) : "?";
        }
    }

    /** The text of the table of a stream, which is read to its end and released. */
    static String text(Arrow.Stream stream) {
        List<Column> columns = new ArrayList<>();
        Memory schema = stream.openSchema();
        for (int place = 0; place < schema.getLong(32); place++) {
            columns.add(new Column(schema.getPointer(40).getPointer(8L * place)));
        }
        Arrow.releaseSchema(schema);
        StringBuilder text = new StringBuilder();
        for (Column column : columns) {
            text.append(text.length() == 0 ? "" : "|").append(column.name).append(':').append(column.formats());
        }
        for (Memory batch = stream.next(); batch != null; batch = stream.next()) {
            for (long row = 0; row < batch.getLong(0); row++) {
                for (int place = 0; place < columns.size(); place++) {
                    Pointer child = batch.getPointer(48).getPointer(8L * place);
                    text.append(place == 0 ? '\n' : '|');
                    text.append(cell(columns.get(place), child, batch.getLong(16) + row));
                }
            }
            Arrow.releaseArray(batch);
        }
        stream.release();
        return text.toString();
    }

    private static void set(Memory bits, int at) {
        bits.setByte(at / 8, (byte) (bits.getByte(at / 8) | 1 << at % 8));
    }

    private static Memory column(String format, List<String> cells) {
        int count = cells.size();
        Memory valid = Arrow.memory(count);
        Memory values = Arrow.memory(16L * (count + 1));
        StringBuilder texts = new StringBuilder();
        int length = 0;
        for (int at = 0; at < count; at++) {
            String cell = cells.get(at);
            boolean known = !cell.equals("-");
            if (known) {
                set(valid, at);
            }
            switch (format.charAt(0)) {
                case 'u':
                    texts.append(known ? cell : "");
                    length += known ? cell.getBytes(StandardCharsets.UTF_8).length : 0;
                    values.setInt(4L * (at + 1), length);
                    break;
                case 'b':
                    if (cell.equals("true")) {
                        set(values, at);
                    }
                    break;
                case 'l':
                    values.setLong(8L * at, known ? Long.parseLong(cell) : 0);
                    break;
                case 'd':
                    values.setLong(16L * at, known ? Long.parseLong(cell) : 0);
                    values.setLong(16L * at + 8, cell.startsWith("-") && known ? -1 : 0);
                    break;
                default: // i, tdD
                    values.setInt(4L * at, known ? Integer.parseInt(cell) : 0);
            }
        }
        List<Memory> buffers = new ArrayList<>(Arrays.asList(valid, values));
        if (format.equals("u")) {
            buffers.add(Arrow.text(texts.toString()));
        }
        Memory array = Arrow.array(count - 1, buffers, new ArrayList<>());
        array.setLong(8, -1);
        array.setLong(16, 1);
        return array;
    }

    /** The table of a text, of the formats {@code u}, {@code b}, {@code i}, {@code l}, {@code tdD} and {@code d:p,s}. */
    static Arrow.Stream table(String text) {
        String[] lines = text.split("\n", -1);
        String[] head = lines[0].split("\\|", -1);
        List<String[]> rows = new ArrayList<>();
        for (int row = -BEFORE; row < lines.length - 1; row++) {
            // Those before the first row are as it is.
            rows.add(lines[1 + Math.max(row, 0)].split("\\|", -1));
        }
        List<Memory> schemas = new ArrayList<>();
        List<Memory> arrays = new ArrayList<>();
        for (int place = 0; place < head.length; place++) {
            String[] named = head[place].split(":", 2);
            List<String> cells = new ArrayList<>();
            for (String[] row : rows) {
                cells.add(row[place]);
            }
            schemas.add(Arrow.schema(named[1], named[0], new ArrayList<>()));
            arrays.add(column(named[1], cells));
        }
        return Arrow.stream(schemas, arrays, lines.length - 1, 1, 1, null);
    }
}
