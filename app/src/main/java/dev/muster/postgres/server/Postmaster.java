// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The first process of a server: our child, the child of a program that became another user for us, or a stranger's.
 * Its handle knows when it started, so that its number, used again, is never mistaken for it.
 */
final class Postmaster {

    private final ProcessHandle handle;
    private final @Nullable Process child;
    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * @param handle the postmaster itself
     * @param child what we started to get it: the same process or one that ends with it; null if somebody else did
     */
    Postmaster(ProcessHandle handle, @Nullable Process child) {
        this.handle = handle;
        this.child = child;
        var exit = child == null ? handle.onExit() : child.onExit();
        var _ = exit.thenRun(ended::countDown);
    }

    ProcessHandle handle() {
        return handle;
    }

    long pid() {
        return handle.pid();
    }

    boolean isAlive() {
        return ended.getCount() > 0 && (child == null ? ServerProcesses.isAlive(handle) : child.isAlive());
    }

    /** Waits until it has ended; returns at once when it does. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS) || !isAlive();
    }

    /** Its exit status, if it has ended and was our child. */
    OptionalInt exitStatus() {
        return child == null || child.isAlive() ? OptionalInt.empty() : OptionalInt.of(child.exitValue());
    }

    void onEnd(Runnable action) {
        var exit = child == null ? handle.onExit() : child.onExit();
        var _ = exit.thenRun(action);
    }
}
