package vn.xeploai;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.List;

/** The binding by java.lang.foreign, for Java 22 and later. Addresses and sizes have 64 bits. */
@SuppressWarnings("restricted") // all of it is
final class ForeignNative implements Native {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    /** All of memory. */
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private final Linker linker = Linker.nativeLinker();
    private final MethodHandle[] functions = new MethodHandle[Function.values().length];
    private final MethodHandle allocate;
    private final MethodHandle free;

    ForeignNative(List<String> places) {
        if (ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
            throw new UnsupportedOperationException("the binding by java.lang.foreign needs a machine of 64 bits");
        }
        SymbolLookup library = library(places);
        for (Function function : Function.values()) {
            MemorySegment symbol = library.find(function.symbol).orElse(null);
            if (symbol == null) {
                continue;
            }
            MethodHandle handle = linker.downcallHandle(symbol, descriptor(function));
            // Every function is called by numbers of 64 bits, which become what the function takes.
            MethodType wide = MethodType.methodType(long.class);
            for (int place = 0; place < function.parameters.length(); place++) {
                wide = wide.appendParameterTypes(long.class);
            }
            functions[function.ordinal()] = MethodHandles.explicitCastArguments(handle, wide)
                    .asSpreader(long[].class, function.parameters.length());
        }
        SymbolLookup system = linker.defaultLookup();
        allocate = linker.downcallHandle(
                system.find("malloc").orElseThrow(), FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        free = linker.downcallHandle(
                system.find("free").orElseThrow(), FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));
    }

    private static SymbolLookup library(List<String> places) {
        IllegalArgumentException last = null;
        for (String place : places) {
            try {
                Path path = Path.of(place);
                return path.isAbsolute()
                        ? SymbolLookup.libraryLookup(path, Arena.global())
                        : SymbolLookup.libraryLookup(place, Arena.global());
            } catch (IllegalArgumentException absent) {
                last = absent;
            }
        }
        throw Binding.unfound(places, last);
    }

    private static FunctionDescriptor descriptor(Function function) {
        MemoryLayout[] parameters = new MemoryLayout[function.parameters.length()];
        for (int place = 0; place < parameters.length; place++) {
            parameters[place] = layout(function.parameters.charAt(place));
        }
        return function.returns == 'v'
                ? FunctionDescriptor.ofVoid(parameters)
                : FunctionDescriptor.of(layout(function.returns), parameters);
    }

    /** An address is passed like a number of its width; so it needs no object. */
    private static MemoryLayout layout(char kind) {
        return kind == 'i' ? ValueLayout.JAVA_INT : ValueLayout.JAVA_LONG;
    }

    @Override
    public boolean has(Function function) {
        return functions[function.ordinal()] != null;
    }

    @Override
    public long call(Function function, long... arguments) {
        try {
            return (long) functions[function.ordinal()].invokeExact(arguments);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    private static Error unexpected(Throwable thrown) {
        // The functions are C: what comes is of the machine itself.
        if (thrown instanceof Error error) {
            return error;
        }
        return new AssertionError(thrown);
    }

    @Override
    public long allocate(long bytes) {
        long address;
        try {
            address = (long) allocate.invokeExact(bytes);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
        if (address == 0) {
            throw new OutOfMemoryError(bytes + " bytes outside of the heap");
        }
        return address;
    }

    @Override
    public void free(long address) {
        try {
            free.invokeExact(address);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    @Override
    public void write(long address, byte[] bytes, int from, int length) {
        MemorySegment.copy(bytes, from, MEMORY, ValueLayout.JAVA_BYTE, address, length);
    }

    @Override
    public void read(long address, byte[] bytes, int length) {
        MemorySegment.copy(MEMORY, ValueLayout.JAVA_BYTE, address, bytes, 0, length);
    }

    @Override
    public int readInt(long address) {
        return MEMORY.get(INT, address);
    }

    @Override
    public long readLong(long address) {
        return MEMORY.get(LONG, address);
    }

    @Override
    public long readWord(long address) {
        return MEMORY.get(LONG, address);
    }

    @Override
    public int word() {
        return Long.BYTES;
    }

    @Override
    public String text(long address) {
        return MEMORY.getString(address);
    }

    @Override
    public long[] upcalls(Upcalls target) {
        return new long[] {
            upcall(target, "progress", int.class, 2),
            upcall(target, "log", void.class, 3),
            upcall(target, "drop", void.class, 1)
        };
    }

    private long upcall(Upcalls target, String name, Class<?> returns, int parameters) {
        MethodType type = MethodType.methodType(returns);
        MemoryLayout[] layouts = new MemoryLayout[parameters];
        for (int place = 0; place < parameters; place++) {
            type = type.appendParameterTypes(long.class);
            layouts[place] = ValueLayout.JAVA_LONG;
        }
        FunctionDescriptor descriptor = returns == void.class
                ? FunctionDescriptor.ofVoid(layouts)
                : FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts);
        try {
            MethodHandle bound = MethodHandles.lookup().bind(target, name, type);
            return linker.upcallStub(bound, descriptor, Arena.global()).address();
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
