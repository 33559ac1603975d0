// SPDX-License-Identifier: Apache-2.0
package dev.muster.work;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The lifetime of a bounded set of tasks on virtual threads. No task outlives the scope.
 *
 * <pre>{@code
 * try (var scope = Scope.open("restore", 8)) {
 *     for (var file : files) {
 *         scope.fork(() -> restore(file));
 *     }
 *     scope.join();
 * }
 * }</pre>
 *
 * <p>The first task that fails interrupts the others; {@link #fork}, {@link #submit}, {@link #join} and {@link Task#await} then throw
 * that failure, as it was thrown if it is unchecked, otherwise inside an UncheckedIOException or a CompletionException.
 * Failures of the other tasks are suppressed exceptions of the first, except that they were interrupted. A body that
 * ends without {@code join} abandons the tasks that still run: {@link #close} interrupts them and waits for them.
 *
 * <p>Only the thread that opened the scope may fork, join and close, so that tasks cannot wait for permits that their
 * own parents hold. A task that needs tasks opens a scope of its own.
 */
public final class Scope implements AutoCloseable {

    /** Work with a result, which is never null. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws Exception;
    }

    /** Work without a result. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    private final String name;
    private final int tasksMax;
    private final boolean virtual;
    private final Thread owner = Thread.currentThread();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Thread> running = new HashSet<>();

    private long forked;
    private boolean closing;
    private boolean failureThrown;
    private @Nullable Throwable failure;

    private Scope(String name, int tasksMax, boolean virtual) {
        if (tasksMax < 1) {
            throw new IllegalArgumentException("a scope needs room for at least one task, not " + tasksMax);
        }
        this.name = name;
        this.tasksMax = tasksMax;
        this.virtual = virtual;
    }

    /**
     * Opens a scope that belongs to the calling thread.
     *
     * @param name names the threads: name-1, name-2...
     * @param tasksMax how many tasks run at once; at least 1
     */
    public static Scope open(String name, int tasksMax) {
        return new Scope(name, tasksMax, true);
    }

    /**
     * Opens a scope whose tasks run on threads of the operating system, for a few that live long and compute, or wait for
     * a disk: as virtual threads they would keep the few that carry all virtual threads from the others.
     *
     * @param name names the threads: name-1, name-2...
     * @param tasksMax how many tasks run at once; at least 1
     */
    public static Scope openPlatform(String name, int tasksMax) {
        return new Scope(name, tasksMax, false);
    }

    /** Starts a task without a result; waits first while {@code tasksMax} tasks are running. */
    public void fork(Action action) throws InterruptedException {
        var _ = submit(() -> {
            action.run();
            return true;
        });
    }

    /** Starts a task with a result; waits first while {@code tasksMax} tasks are running. */
    public <T> Task<T> submit(Work<T> work) throws InterruptedException {
        requireOwner();
        lock.lockInterruptibly();
        try {
            while (failure == null && running.size() == tasksMax) {
                changed.await();
            }
            throwFailure();
            if (closing) {
                throw new IllegalStateException("scope " + name + " is closed");
            }
            var task = new Task<T>(this);
            forked++;
            running.add(start(() -> run(work, task)));
            return task;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until every task has ended, or throws the first failure as soon as there is one. */
    public void join() throws InterruptedException {
        requireOwner();
        lock.lockInterruptibly();
        try {
            while (failure == null && !running.isEmpty()) {
                changed.await();
            }
            throwFailure();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Interrupts the tasks that still run and waits until all have ended, however long that takes. Throws the first
     * failure if nothing has thrown it yet.
     */
    @Override
    public void close() {
        requireOwner();
        lock.lock();
        try {
            closing = true;
            running.forEach(Thread::interrupt);
            while (!running.isEmpty()) {
                changed.awaitUninterruptibly();
            }
            if (!failureThrown) {
                throwFailure();
            }
        } finally {
            lock.unlock();
        }
    }

    <T> T await(Task<T> task) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                var result = task.result();
                if (result != null) {
                    return result;
                }
                throwFailure();
                if (closing) {
                    throw new CancellationException("scope " + name + " was closed before this task ended");
                }
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private Thread start(Runnable task) {
        var thread = virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
        return thread.name(name + "-" + forked).start(task);
    }

    private <T> void run(Work<T> work, Task<T> task) {
        T result = null;
        Throwable thrown = null;
        try {
            result = Objects.requireNonNull(work.run(), "a task returned null");
        } catch (Throwable e) {
            thrown = e;
        }
        lock.lock();
        try {
            running.remove(Thread.currentThread());
            if (thrown == null) {
                task.complete(result);
            } else {
                record(thrown);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void record(Throwable thrown) {
        var cancelled = closing || failure != null;
        if (cancelled && isInterruption(thrown)) {
            return;
        }
        if (failure == null) {
            failure = unchecked(thrown);
            running.forEach(Thread::interrupt);
        } else if (thrown != failure) {
            failure.addSuppressed(thrown);
        }
    }

    private void throwFailure() {
        if (failure == null) {
            return;
        }
        failureThrown = true;
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }

    private static Throwable unchecked(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException e -> e;
            case Error e -> e;
            case IOException e -> new UncheckedIOException(e);
            default -> new CompletionException(thrown);
        };
    }

    private static boolean isInterruption(Throwable thrown) {
        for (var cause = thrown; cause != null; cause = cause.getCause()) {
            var interrupted = cause instanceof InterruptedException || cause instanceof ClosedByInterruptException
                    || (cause instanceof InterruptedIOException && !(cause instanceof SocketTimeoutException));
            if (interrupted) {
                return true;
            }
        }
        return false;
    }

    private void requireOwner() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("scope " + name + " belongs to thread " + owner.getName());
        }
    }
}
