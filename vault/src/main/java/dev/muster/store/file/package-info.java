// SPDX-License-Identifier: Apache-2.0
/**
 * A store in a directory of a POSIX file system: each object is a file whose path is its key, so that any tool that
 * copies files copies a store.
 *
 * <p>A <i>temporary</i> is a file that is being written, in a directory that no key can name. The store's <i>marker</i>
 * is a file beside the objects.
 *
 * <p>Invariants: a file has the path of a key only after its bytes were forced; a put returns only after the entry of
 * that file, and of every directory above it, was forced; nothing with the path of a key is ever written to.
 */
@NullMarked
package dev.muster.store.file;

import org.jspecify.annotations.NullMarked;
