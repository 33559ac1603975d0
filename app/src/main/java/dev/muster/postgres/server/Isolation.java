// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

/**
 * How far a restored server is kept from the world that its data came from.
 *
 * @param hotStandby whether it may be read while it recovers
 * @param reach whether clients of this machine get to it over TCP too
 */
public record Isolation(boolean hotStandby, Reach reach) {

    /** Who can connect. */
    public enum Reach {

        /** Whoever may enter its run directory, as any user and without a password: proofs. No network where possible. */
        SOCKET,
        /** As for SOCKET, and over 127.0.0.1 by the rules of its own pg_hba.conf: branches that people work on. */
        LOOPBACK
    }

    /** For a proof: readable when it is recovered, reached by its socket only. */
    public static Isolation forProof() {
        return new Isolation(false, Reach.SOCKET);
    }
}
