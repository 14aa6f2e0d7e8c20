package vn.xeploai;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A handle of the library: counted while calls use it, freed once, by whoever is the last: the one who closes it, or a
 * call that was under way.
 */
final class Handle extends PhantomReference<Object> {
    private static final ReferenceQueue<Object> FORGOTTEN = new ReferenceQueue<>();
    /** Keeps the references themselves from being collected. */
    private static final Set<Handle> OPEN = ConcurrentHashMap.newKeySet();

    private final Native lib;
    private final Function free;
    private final String name;
    private final long address;
    /** One for its being open, one for each call that uses it. */
    private final AtomicInteger users = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    /** A handle for an object; when that is collected, the handle is freed. */
    Handle(Object owner, Native lib, long address, Function free) {
        super(owner, FORGOTTEN);
        this.lib = lib;
        this.address = address;
        this.free = free;
        this.name = owner.getClass().getSimpleName();
        OPEN.add(this);
        sweep();
    }

    /** Frees the handles of objects that were collected before they were closed. */
    static void sweep() {
        for (Object one = FORGOTTEN.poll(); one != null; one = FORGOTTEN.poll()) {
            ((Handle) one).close();
        }
    }

    static int open() {
        return OPEN.size();
    }

    Native lib() {
        return lib;
    }

    /** Refuses what comes after closing where no address is needed yet. */
    void check() {
        if (closed.get()) {
            throw closed();
        }
    }

    private IllegalStateException closed() {
        return new IllegalStateException(name + " was closed");
    }

    /** The address, which lives until {@link #release}. */
    long acquire() {
        while (true) {
            int now = users.get();
            check();
            if (now == 0) {
                throw closed();
            }
            if (users.compareAndSet(now, now + 1)) {
                return address;
            }
        }
    }

    void release() {
        if (users.decrementAndGet() == 0) {
            lib.call(free, address);
        }
    }

    void close() {
        if (closed.compareAndSet(false, true)) {
            OPEN.remove(this);
            release();
        }
    }
}
