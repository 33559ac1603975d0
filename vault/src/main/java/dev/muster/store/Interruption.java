// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;

/** How an interrupted thread shows in blocking input and output, for those who write stores. */
public final class Interruption {

    private Interruption() {}

    /** Whether this failure says that the thread was interrupted; a time-out does not. */
    public static boolean is(IOException failure) {
        return failure instanceof ClosedByInterruptException
                || (failure instanceof InterruptedIOException && !(failure instanceof SocketTimeoutException));
    }

    /** The same as a checked exception; the thread's mark is taken away, as it always is when this is thrown. */
    public static InterruptedException of(IOException failure) {
        Thread.interrupted();
        var interrupted = new InterruptedException(failure.getMessage());
        interrupted.initCause(failure);
        return interrupted;
    }

    /** Every verb of a store begins with this. */
    public static void check() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
