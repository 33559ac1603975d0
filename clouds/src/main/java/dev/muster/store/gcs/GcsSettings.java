// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.gcs;

import dev.muster.store.bucket.Place;
import dev.muster.store.bucket.Timing;
import java.net.URI;
import java.util.Optional;

/**
 * Where a store is and how it is spoken to.
 *
 * @param bucket exists already
 * @param prefix below which the store lies, without slashes at its ends; empty for the whole bucket
 * @param endpoint another server than Google's: {@code https://host:port}
 * @param credentials who asks
 * @param storageClass of each object, such as {@code NEARLINE}; else the bucket's own
 * @param kmsKey by which the server encrypts each object, beside Muster's own sealing; else the bucket's own
 * @param timing how long is waited
 */
public record GcsSettings(String bucket, String prefix, Optional<URI> endpoint, GcsCredentials credentials,
        Optional<String> storageClass, Optional<String> kmsKey, Timing timing) {

    private static final String SERVER = "https://storage.googleapis.com";

    public GcsSettings {
        if (bucket.isEmpty() || bucket.contains("/")) {
            throw new IllegalArgumentException("'" + bucket + "' is not the name of a bucket");
        }
        Place.require(prefix, endpoint);
    }

    /** A bucket of Google's, by the default chain of credentials. */
    public static GcsSettings of(String bucket, String prefix) {
        return new GcsSettings(bucket, prefix, Optional.empty(), new GcsCredentials.Chain(), Optional.empty(),
                Optional.empty(), Timing.DEFAULT);
    }

    /** Where the store is. */
    Place where() {
        return new Place("gs://" + bucket, prefix, endpoint);
    }

    /** What the paths of the API stand behind. */
    String server() {
        return endpoint.map(URI::toString).orElse(SERVER).replaceFirst("/$", "") + "/";
    }
}
