// SPDX-License-Identifier: Apache-2.0
/**
 * Buckets of Google Cloud Storage, on Google's library of its JSON API.
 *
 * <p>A <i>generation</i> is the number that each writing of an object gets, and names it among those that came before
 * and after. All other nouns and the invariants are those of {@link dev.muster.store.bucket}.
 */
@NullMarked
package dev.muster.store.gcs;

import org.jspecify.annotations.NullMarked;
