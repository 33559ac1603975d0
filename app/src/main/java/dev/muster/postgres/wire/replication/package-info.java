// SPDX-License-Identifier: Apache-2.0
/**
 * Replication: the commands that a server takes on a replication connection, as methods.
 *
 * <p>A <i>slot</i> keeps the log that its user has not confirmed. A <i>stream</i> is the log as it is written, from a
 * position on, along one timeline; it <i>ends</i> where the timeline does, when either side stops it, or when the server
 * shuts down. A <i>status</i> tells the server how far the log has been written, flushed and applied here. A <i>base
 * backup</i> is a tar <i>archive</i> for each tablespace and one for the rest, and a <i>manifest</i> of their files.
 *
 * <p>Invariants: the log arrives without a gap, or the connection ends; a base backup that is not followed by the
 * server's own end of it has failed, however much has come.
 *
 * <p>Sources: the PostgreSQL manual, "Streaming Replication Protocol"; basebackup_copy.c and walsender.c of the server.
 */
@NullMarked
package dev.muster.postgres.wire.replication;

import org.jspecify.annotations.NullMarked;
