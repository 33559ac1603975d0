// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import dev.muster.postgres.Lsn;
import java.time.Instant;

/**
 * A sign of life.
 *
 * @param serverEnd how far the server's log has been sent
 * @param sentAt when the server sent this, by its own clock
 * @param replyRequested whether the server wants a status now, or else it ends the connection
 */
public record Keepalive(Lsn serverEnd, Instant sentAt, boolean replyRequested) {}
