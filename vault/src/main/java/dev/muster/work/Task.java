// SPDX-License-Identifier: Apache-2.0
package dev.muster.work;

import org.jspecify.annotations.Nullable;

/** A piece of work of a {@link Scope}, and its result once it has one. Safe for use by any thread. */
public final class Task<T> {

    private final Scope scope;
    private @Nullable T result;

    Task(Scope scope) {
        this.scope = scope;
    }

    /**
     * Waits for the result. Throws the first failure of the scope, which may be another task's, if this task has not
     * ended by then, and CancellationException if the scope was closed before this task ended.
     */
    public T await() throws InterruptedException {
        return scope.await(this);
    }

    /** Called under the scope's lock. */
    @Nullable
    T result() {
        return result;
    }

    /** Called under the scope's lock. */
    void complete(@Nullable T value) {
        result = value;
    }
}
