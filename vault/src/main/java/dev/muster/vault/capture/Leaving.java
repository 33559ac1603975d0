// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.work.Scope;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The last thing that a session does, for the sake of the next one. */
final class Leaving {

    private Leaving() {}

    /**
     * Does it if that is possible in time. What fails does not matter any more: the session ends for a reason of its own,
     * and the next one has more to do.
     *
     * @param atMost afterwards it is interrupted
     */
    static void attempt(Scope.Action last, Duration atMost) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        try (Scope scope = Scope.openPlatform("leave", 1)) {
            scope.fork(() -> {
                try {
                    last.run();
                } finally {
                    over.countDown();
                }
            });
            var _ = over.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RuntimeException _) {
            // see above
        }
    }
}
