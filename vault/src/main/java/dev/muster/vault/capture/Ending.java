// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.object.VaultFault;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Why a session cannot go on, once something has gone wrong, and who must be told. Thread-safe. */
final class Ending {

    private final List<Runnable> waiting = new ArrayList<>();
    private @Nullable Throwable reason;
    private boolean told;

    /** Ends the session for this reason, unless it has ended. */
    void fail(Throwable newReason) {
        List<Runnable> told;
        synchronized (this) {
            if (reason != null) {
                return;
            }
            reason = newReason;
            told = List.copyOf(waiting);
        }
        told.forEach(Runnable::run);
    }

    /** Runs this when the session ends because of a failure. */
    synchronized void whenFailed(Runnable action) {
        waiting.add(action);
    }

    /** Whether somebody was thrown the reason. */
    synchronized boolean wasTold() {
        return told;
    }

    /** Throws the reason if there is one. */
    synchronized void check() {
        told |= reason != null;
        switch (reason) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case InterruptedException e -> {
                VaultFault.NotCommitted fault = new VaultFault.NotCommitted("it was interrupted", "the session");
                fault.addSuppressed(e);
                throw fault;
            }
            case Throwable e -> throw new CompletionException(e);
        }
    }
}
