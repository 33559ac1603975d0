// SPDX-License-Identifier: Apache-2.0
/**
 * Stores in buckets of S3 and of servers that speak its protocol.
 *
 * <p>A <i>bucket</i> is what such a server calls its top level; a store is what lies under one <i>prefix</i> in it, with
 * a marker beside the objects. A <i>region</i> says where a bucket of AWS is, an <i>endpoint</i> which other server
 * has it. A <i>probe</i> finds out by trying what a server can do. A <i>conditional put</i> creates an object only if
 * none is there, decided by the server.
 *
 * <p>Invariants: nothing is assumed of a server by its name; every request is made once, repeating is the
 * {@code RetryingStore}'s; a put carries the digest that the server must find; no secret is in a message; no object is
 * written over.
 */
@NullMarked
package dev.muster.store.s3;

import org.jspecify.annotations.NullMarked;
