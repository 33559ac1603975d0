// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

/** What a server is doing, by the status line of its postmaster.pid. Source: pidfile.h. */
public enum ServerState {

    /** Starting or recovering; no connection is accepted. */
    STARTING,
    /** Recovering, and accepting connections that only read. */
    STANDBY,
    /** Accepting connections that read and write. */
    READY,
    /** Shutting down. */
    STOPPING,
    /** There is no such process any more. */
    STOPPED;

    static ServerState ofStatusLine(String line) {
        return switch (line.strip()) {
            case "ready" -> READY;
            case "standby" -> STANDBY;
            case "stopping" -> STOPPING;
            default -> STARTING;
        };
    }
}
