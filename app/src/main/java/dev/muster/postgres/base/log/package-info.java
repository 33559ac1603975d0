// SPDX-License-Identifier: Apache-2.0
/**
 * The log of a backup: how what was written while it ran gets into the repository before the backup counts.
 *
 * <p>A <i>received</i> log is brought by a receiver that runs anyway, and awaited; a <i>streamed</i> log is brought by the
 * backup itself, over a connection of its own.
 *
 * <p>Invariants: a backup counts only after every byte from its start to its stop is durable in its repository, and was
 * shown to be this server's; nothing is left on the server when a backup ends, however it ends.
 */
@NullMarked
package dev.muster.postgres.base.log;

import org.jspecify.annotations.NullMarked;
