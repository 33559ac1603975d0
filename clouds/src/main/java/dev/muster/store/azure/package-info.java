// SPDX-License-Identifier: Apache-2.0
/**
 * Containers of Azure Blob Storage, on the SDK of Azure.
 *
 * <p>An <i>account</i> holds <i>containers</i>, which are what other stores call buckets; its objects are <i>blobs</i>. A
 * <i>shared access signature</i> (SAS) is a token that permits some things for some time. An <i>access tier</i> says
 * how a blob is stored and paid for. All other nouns and the invariants are those of {@link dev.muster.store.bucket}.
 */
@NullMarked
package dev.muster.store.azure;

import org.jspecify.annotations.NullMarked;
