// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;

/**
 * Notices a server that shuts down and waits for us. It ends only when all that it has sent is acknowledged
 * (WalSndDone in PostgreSQL's walsender.c), and asks for that again after each answer; but what is held back
 * ({@link Acknowledge#kept}), or cannot be stored now, is not acknowledged. Then the connection is ended: the slot keeps
 * what was not acknowledged. A server that does not shut down hardly ever asks, since it is told every second.
 */
final class Farewell {

    private static final int ASKED_MIN = 3;

    private Lsn end = Lsn.ZERO;
    private int asked;

    /**
     * The server has asked for an answer.
     *
     * @param serverEnd the end of what it has
     * @param received the end of what it has sent
     * @param acknowledged what it was told
     * @return whether it waits for what it will not be told
     */
    boolean isDue(Lsn serverEnd, Lsn received, Lsn acknowledged) {
        if (!serverEnd.equals(end)) {
            end = serverEnd;
            asked = 0;
        }
        asked++;
        return asked >= ASKED_MIN && !received.isBefore(serverEnd) && acknowledged.isBefore(serverEnd);
    }
}
