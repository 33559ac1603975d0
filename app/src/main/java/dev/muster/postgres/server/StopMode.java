// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

/** How a server is asked to stop. Source: the manual's chapter on shutting down the server. */
public enum StopMode {

    /** Waits until every client has gone. */
    SMART("TERM"),
    /** Ends the connections, then writes a checkpoint. */
    FAST("INT"),
    /** Ends at once without a checkpoint: the next start is a crash recovery. */
    IMMEDIATE("QUIT");

    private final String signal;

    StopMode(String signal) {
        this.signal = signal;
    }

    String signal() {
        return signal;
    }
}
