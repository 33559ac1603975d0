// SPDX-License-Identifier: Apache-2.0
/**
 * What all stores in the clouds have in common: they lie in a bucket, and are spoken to over HTTP.
 *
 * <p>A <i>bucket</i> is what an object store calls its top level, Azure a container; a store is what lies under one
 * <i>prefix</i> in it, with a marker beside the objects. An <i>endpoint</i> says which other server than the vendor's
 * has it. A <i>name</i> is that of an object below the prefix, and need not be a key. A <i>probe</i> finds out by
 * trying what a server can do. A <i>conditional put</i> creates an object only if none is there, decided by the server.
 *
 * <p>Invariants: nothing is assumed of a server by its name; every request is made once, repeating is the
 * {@code RetryingStore}'s; a put carries the digest that the server must find; no secret is in a message; no object is
 * written over.
 */
@NullMarked
package dev.muster.store.bucket;

import org.jspecify.annotations.NullMarked;
