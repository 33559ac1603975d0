// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A number of permits; who waits for one learns of the end of the session. Thread-safe. */
final class Permits {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Ending ending;
    private final int all;
    private int free;

    Permits(int all, Ending ending) {
        this.all = all;
        this.free = all;
        this.ending = ending;
        ending.whenFailed(this::wake);
    }

    /** Takes so many at once, waiting for them; more than there are count as all. */
    void take(int count) throws InterruptedException {
        int wanted = Math.min(count, all);
        lock.lockInterruptibly();
        try {
            ending.check();
            while (free < wanted) {
                changed.await();
                ending.check();
            }
            free -= wanted;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes so many at once, waiting no longer than this for them.
     *
     * @return whether they were taken
     */
    boolean take(int count, Duration atMost) throws InterruptedException {
        int wanted = Math.min(count, all);
        long left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            ending.check();
            while (free < wanted && left > 0) {
                left = changed.awaitNanos(left);
                ending.check();
            }
            boolean enough = free >= wanted;
            free -= enough ? wanted : 0;
            return enough;
        } finally {
            lock.unlock();
        }
    }

    void give(int count) {
        lock.lock();
        try {
            free += Math.min(count, all);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nobody has one. */
    void awaitAll() throws InterruptedException {
        take(all);
        give(all);
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
