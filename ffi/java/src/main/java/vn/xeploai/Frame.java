package vn.xeploai;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The memory of one call: where the error goes, where the result goes, room for structs, then the texts of the caller. It is
 * one piece, made before the call and freed after it.
 */
final class Frame implements AutoCloseable {
    private static final int ERROR = 0;
    private static final int OUT = 8;
    private static final int ROOM = 32;

    /** The room of the thread that decoded last; another one that decodes meanwhile makes its own. */
    private static final AtomicReference<Room> ROOMS = new AtomicReference<>();
    /** The longest text whose room is kept. */
    private static final int KEPT = 1 << 16;

    private final Native lib;
    private final long base;
    private final long texts;
    private final byte[][] parts;

    /** A frame with texts in UTF-8. */
    Frame(Native lib, byte[]... parts) {
        this(lib, 0, parts);
    }

    /** A frame with some bytes of room, and texts in UTF-8. */
    Frame(Native lib, int room, byte[]... parts) {
        long size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        this.lib = lib;
        this.parts = parts;
        this.base = lib.allocate(ROOM + (long) room + size);
        this.texts = base + ROOM + room;
        long at = texts;
        for (byte[] part : parts) {
            if (part.length > 0) {
                lib.write(at, part, 0, part.length);
            }
            at += part.length;
        }
    }

    /** Where a text begins. */
    long at(int part) {
        long at = texts;
        for (int before = 0; before < part; before++) {
            at += parts[before].length;
        }
        return at;
    }

    /** The bytes of a text. */
    long length(int part) {
        return parts[part].length;
    }

    /** Where the room begins, aligned for every struct. */
    long room() {
        return base + ROOM;
    }

    /** Calls a function whose last parameter is the error, and says how it went. */
    int status(Function function, long... arguments) {
        return (int) lib.call(function, with(arguments, 1, 0));
    }

    /** Calls a function whose last parameter is the error. */
    void run(Function function, long... arguments) {
        check(status(function, arguments));
    }

    /** Calls a function that gives a word, such as a handle, before the error. */
    long word(Function function, long... arguments) {
        check((int) lib.call(function, with(arguments, 2, base + OUT)));
        return lib.readWord(base + OUT);
    }

    /** Calls a function that gives a number of 32 bits before the error. */
    int number(Function function, long... arguments) {
        check((int) lib.call(function, with(arguments, 2, base + OUT)));
        return lib.readInt(base + OUT);
    }

    /** Calls a function that gives bytes before the error. */
    String bytes(Function function, long... arguments) {
        check((int) lib.call(function, with(arguments, 2, base + OUT)));
        try {
            long length = lib.readWord(base + OUT + lib.word());
            if (length > Integer.MAX_VALUE - 8) {
                throw new OutOfMemoryError("a text of " + length + " bytes is longer than an array of Java");
            }
            if (length == 0) {
                return "";
            }
            return text(lib.readWord(base + OUT), (int) length);
        } finally {
            lib.call(Function.BYTES_FREE, base + OUT);
        }
    }

    private String text(long address, int length) {
        Room room = ROOMS.getAndSet(null);
        if (room == null || room.bytes.length < length) {
            room = new Room(Math.max(length, 8192));
        }
        lib.read(address, room.bytes, length);
        String text = Utf8.text(room.bytes, length, room.text);
        if (length <= KEPT) {
            ROOMS.set(room);
        }
        return text;
    }

    /** Room to decode a text in. To make it anew for each result takes about as long as to fill it. */
    private static final class Room {
        final byte[] bytes;
        final char[] text;

        Room(int length) {
            bytes = new byte[length];
            text = new char[length];
        }
    }

    private long[] with(long[] arguments, int more, long out) {
        long[] all = java.util.Arrays.copyOf(arguments, arguments.length + more);
        all[arguments.length] = out;
        all[all.length - 1] = base + ERROR;
        return all;
    }

    void check(int status) {
        if (status != 0) {
            throw failure(status);
        }
    }

    private XeploaiException failure(int status) {
        long error = lib.readWord(base + ERROR);
        try {
            String en = said(error, 0, Language.ENGLISH);
            String vi = said(error, 0, Language.VIETNAMESE);
            String place = said(error, 1, Language.ENGLISH);
            String json = said(error, 2, Language.ENGLISH);
            return new XeploaiException(Status.of(status), place, vi, en, json);
        } finally {
            lib.call(Function.ERROR_FREE, error);
        }
    }

    private String said(long error, int what, Language language) {
        long text = lib.call(Function.ERROR_TEXT, error, what, language.ordinal(), base + OUT);
        byte[] bytes = new byte[(int) lib.readWord(base + OUT)];
        lib.read(text, bytes, bytes.length);
        return Utf8.text(bytes);
    }

    /** Writes a struct into the room. */
    void put(int from, ByteBuffer struct) {
        lib.write(room() + from, struct.array(), 0, struct.position());
    }

    @Override
    public void close() {
        lib.free(base);
    }
}
