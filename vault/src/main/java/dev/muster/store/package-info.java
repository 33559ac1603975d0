// SPDX-License-Identifier: Apache-2.0
/**
 * Stores: where a repository's bytes lie, and nothing about what they mean.
 *
 * <p>A <i>store</i> holds <i>objects</i>: a <i>key</i> and bytes, written once. A <i>content</i> is the bytes of an
 * object that is about to be put. A <i>range</i> is the part of an object that is read. A <i>prefix</i> is the
 * beginning of keys, a <i>listing</i> the objects under one. A <i>marker</i> says that a place is a store, and which one. <i>Store time</i> is the store's own clock, by which it
 * stamps objects. A <i>place</i> is where a store is, in words for people and without secrets. <i>Capabilities</i> are
 * what one store can do and another cannot, as data.
 *
 * <p>Invariants, which {@code StoreConformance} holds every store and every decorator to: an object appears whole or
 * not at all, and never changes; what {@code put} has acknowledged survives a power cut; a read returns exactly the
 * bytes asked for or fails; a store that is not there is never taken for an empty one.
 */
@NullMarked
package dev.muster.store;

import org.jspecify.annotations.NullMarked;
