package vn.xeploai;

import com.sun.jna.Callback;
import com.sun.jna.CallbackReference;
import com.sun.jna.IntegerType;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.List;

/** The binding by JNA, for Java 8 and later. */
final class JnaNative implements Native {
    private final com.sun.jna.Function[] functions = new com.sun.jna.Function[Function.values().length];
    /** JNA frees what it made for a callback when that is collected. */
    private Callback[] callbacks = {};

    JnaNative(List<String> places) {
        NativeLibrary library = library(places);
        for (Function function : Function.values()) {
            try {
                functions[function.ordinal()] = library.getFunction(function.symbol);
            } catch (UnsatisfiedLinkError absent) {
                functions[function.ordinal()] = null;
            }
        }
    }

    private static NativeLibrary library(List<String> places) {
        UnsatisfiedLinkError last = null;
        for (String place : places) {
            try {
                return NativeLibrary.getInstance(place);
            } catch (UnsatisfiedLinkError absent) {
                last = absent;
            }
        }
        throw Binding.unfound(places, last);
    }

    /** A size_t. */
    public static final class Size extends IntegerType {
        private static final long serialVersionUID = 1L;

        /** For JNA. */
        public Size() {
            this(0);
        }

        /** A size. */
        public Size(long value) {
            super(com.sun.jna.Native.SIZE_T_SIZE, value, true);
        }
    }

    @Override
    public boolean has(Function function) {
        return functions[function.ordinal()] != null;
    }

    @Override
    public long call(Function function, long... arguments) {
        Object[] all = new Object[arguments.length];
        for (int place = 0; place < all.length; place++) {
            switch (function.parameters.charAt(place)) {
                case 'a':
                    all[place] = pointer(arguments[place]);
                    break;
                case 'n':
                    all[place] = new Size(arguments[place]);
                    break;
                default:
                    all[place] = (int) arguments[place];
            }
        }
        com.sun.jna.Function found = functions[function.ordinal()];
        switch (function.returns) {
            case 'a':
                return Pointer.nativeValue(found.invokePointer(all));
            case 'i':
                return found.invokeInt(all);
            default:
                found.invokeVoid(all);
                return 0;
        }
    }

    private static Pointer pointer(long address) {
        return address == 0 ? null : new Pointer(address);
    }

    @Override
    public long allocate(long bytes) {
        long address = com.sun.jna.Native.malloc(bytes);
        if (address == 0) {
            throw new OutOfMemoryError(bytes + " bytes outside of the heap");
        }
        return address;
    }

    @Override
    public void free(long address) {
        com.sun.jna.Native.free(address);
    }

    @Override
    public void write(long address, byte[] bytes, int from, int length) {
        new Pointer(address).write(0, bytes, from, length);
    }

    @Override
    public void read(long address, byte[] bytes, int length) {
        new Pointer(address).read(0, bytes, 0, length);
    }

    @Override
    public int readInt(long address) {
        return new Pointer(address).getInt(0);
    }

    @Override
    public long readLong(long address) {
        return new Pointer(address).getLong(0);
    }

    @Override
    public long readWord(long address) {
        return Pointer.nativeValue(new Pointer(address).getPointer(0));
    }

    @Override
    public int word() {
        return com.sun.jna.Native.POINTER_SIZE;
    }

    @Override
    public String text(long address) {
        return new Pointer(address).getString(0, "UTF-8");
    }

    /** As in the header. */
    interface Progress extends Callback {
        int invoke(Pointer use, long rows);
    }

    /** As in the header. */
    interface Log extends Callback {
        void invoke(Pointer use, Pointer vi, Pointer en);
    }

    /** As in the header. */
    interface Drop extends Callback {
        void invoke(Pointer use);
    }

    @Override
    public long[] upcalls(Upcalls target) {
        Progress progress = (use, rows) -> target.progress(Pointer.nativeValue(use), rows);
        Log log = (use, vi, en) -> target.log(Pointer.nativeValue(use), Pointer.nativeValue(vi), Pointer.nativeValue(en));
        Drop drop = use -> target.drop(Pointer.nativeValue(use));
        callbacks = new Callback[] {progress, log, drop};
        long[] addresses = new long[callbacks.length];
        for (int place = 0; place < addresses.length; place++) {
            addresses[place] = Pointer.nativeValue(CallbackReference.getFunctionPointer(callbacks[place]));
        }
        return addresses;
    }
}
