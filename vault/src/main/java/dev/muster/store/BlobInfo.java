// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import java.time.Instant;
import java.util.Optional;

/**
 * What a store knows about an object without reading it.
 *
 * @param key its name
 * @param length in bytes
 * @param storeTime by the store's clock, see {@link Store#now}: not before its put began, not after its put returned,
 *            to within {@link Capabilities#storeTimeResolution}
 * @param versionId names this version where the store keeps several under one key
 */
public record BlobInfo(Key key, long length, Instant storeTime, Optional<String> versionId) {

    /** An object of a store that keeps one version. */
    public static BlobInfo of(Key key, long length, Instant storeTime) {
        return new BlobInfo(key, length, storeTime, Optional.empty());
    }
}
