// SPDX-License-Identifier: Apache-2.0
/**
 * Wire: conversations with a PostgreSQL server in its own protocol, version 3.0.
 *
 * <p>A <i>connection</i> is one session with a server. A <i>command</i> is answered by any number of <i>results</i> and
 * <i>copies</i>: a copy is a stream of data messages out of the server, into it, or both ways at once. A <i>notice</i>
 * is what the server says without being asked. A <i>connector</i> finds the host that will do and logs in there.
 *
 * <p>Invariants: no length is believed before it is checked against a limit; a message that does not belong where it
 * came ends the connection, and so do a timeout and a failure of whoever consumes data; an error of the server ends
 * the command, not the connection; data is handed out in place, valid until the callback returns. A connection is used
 * by one thread at a time, except for what says that any thread may call it.
 *
 * <p>Source: the PostgreSQL manual, "Frontend/Backend Protocol".
 */
@NullMarked
package dev.muster.postgres.wire;

import org.jspecify.annotations.NullMarked;
