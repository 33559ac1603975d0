// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

/**
 * What a server is doing. The status line of postmaster.pid does not tell a standby that can be read from a primary: it
 * says "ready" of both, and "standby" of a server that accepts no connections at all (postmaster.c, process_pm_pmsignal).
 * The state in pg_control makes the difference.
 */
public enum ServerState {

    /** Starting, repairing after a crash, or recovering up to where it may be read. */
    STARTING,
    /** Recovering from an archive with hot_standby off: no connection is accepted until it has finished. */
    RECOVERING,
    /** Recovering from an archive, and accepting connections that only read. */
    STANDBY,
    /** Accepting connections that read and write. */
    READY,
    /** Shutting down. */
    STOPPING,
    /** There is no such process any more. */
    STOPPED;

    /**
     * @param statusLine of postmaster.pid
     * @param inProduction whether pg_control says that recovery is over
     */
    static ServerState of(String statusLine, boolean inProduction) {
        return switch (statusLine.strip()) {
            case "ready" -> inProduction ? READY : STANDBY;
            case "standby" -> RECOVERING;
            case "stopping" -> STOPPING;
            default -> STARTING;
        };
    }
}
