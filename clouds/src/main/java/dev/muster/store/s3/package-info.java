// SPDX-License-Identifier: Apache-2.0
/**
 * Buckets of S3 and of servers that speak its protocol, on the SDK of AWS.
 *
 * <p>A <i>region</i> says where a bucket of AWS is. All other nouns and the invariants are those of
 * {@link dev.muster.store.bucket}.
 */
@NullMarked
package dev.muster.store.s3;

import org.jspecify.annotations.NullMarked;
