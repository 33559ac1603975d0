// SPDX-License-Identifier: Apache-2.0
/**
 * Disk: a directory tree, reduced to the few operations whose order makes writes durable, so that a test can cut the
 * power at any of them; and the removal of a whole tree, for which it does not matter when the power goes. What
 * is made here for an ordinary channel is its owner's alone, too.
 *
 * <p>To <i>force</i> is to make durable: a file's bytes, or the entries of a directory; neither implies the other. A
 * <i>kernel path</i> has no {@code ..}: where one was, it names the directory that the kernel takes, which behind a
 * symbolic link is not the one that the name looks like.
 *
 * <p>Invariants: nothing is durable that was not forced; files are their owner's alone.
 */
@NullMarked
package dev.muster.disk;

import org.jspecify.annotations.NullMarked;
