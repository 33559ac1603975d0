// SPDX-License-Identifier: Apache-2.0
/**
 * The spool: log that was received and is not durable in the repository yet, on a disk of the receiver.
 *
 * <p>A <i>spooled log</i> is what the spool has of one history, in a directory of its own: segments byte for byte under
 * the server's names, the one that is being received with {@code .partial} behind its name and zeros at its end, and the
 * history file. Its <i>description</i> says whose log it is, also while the repository cannot be asked. <i>Received</i>
 * is what was written, <i>durable</i> what was forced to the disk.
 *
 * <p>What is missing though no crash of this program explains it is a <i>cut</i>: the log ends there, and what is found
 * behind it lies <i>aside</i> until all that it can hold is stored.
 *
 * <p>Invariants: a byte is called durable only after it was forced, in a file whose name was forced; a file without
 * {@code .partial} is whole and as the server's; what is found after a crash ends where its records stop being valid; no
 * more room is used than was given, but for what lies aside; nothing that may not be stored is removed.
 */
@NullMarked
package dev.muster.postgres.wal.spool;

import org.jspecify.annotations.NullMarked;
