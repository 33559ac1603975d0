// SPDX-License-Identifier: Apache-2.0
/**
 * Servers: a PostgreSQL instance that Muster itself creates, starts, watches and stops.
 *
 * <p>An <i>installation</i> is a directory of PostgreSQL's programs, of one version; an <i>archive</i> is such a
 * directory packed into a file that comes with Muster. An <i>account</i> is the user of the operating system that a
 * server runs as. A <i>cluster</i> is a data directory; a <i>running server</i> is the processes that have one open.
 * <i>Settings</i> are PostgreSQL's own parameters. The <i>run directory</i> is private to one start of one server: its
 * socket, its log, its access rules. A <i>lifeline</i> is what stops a server whose starter has died. <i>Isolation</i>
 * keeps a restored server from acting on the world that its data came from.
 *
 * <p>Invariants: no server ever runs as root; no process is signalled unless it was proven to belong to that server;
 * nothing here turns fsync or full_page_writes off; the environment of a server holds nothing of the environment of
 * Muster but its path.
 *
 * <p>The wire protocol is another package's: whoever wants to ask a server something connects to its address.
 */
@NullMarked
package dev.muster.postgres.server;

import org.jspecify.annotations.NullMarked;
