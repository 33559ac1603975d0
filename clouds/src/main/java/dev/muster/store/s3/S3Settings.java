// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.bucket.Place;
import dev.muster.store.bucket.Timing;
import java.net.URI;
import java.util.Optional;

/**
 * Where a store is and how it is spoken to.
 *
 * @param bucket exists already
 * @param prefix below which the store lies, without slashes at its ends; empty for the whole bucket
 * @param endpoint another server than AWS: {@code https://host:port}
 * @param region of the bucket; else that of the default chain, else {@code us-east-1}
 * @param pathStyle whether the bucket stands in the path and not in the host's name, as most other servers want it
 * @param credentials who asks
 * @param encryption what is asked of the server for each object, beside Muster's own sealing
 * @param storageClass of each object, such as {@code STANDARD_IA}; else the bucket's own
 * @param checksums whether requests carry what old servers do not understand
 * @param timing how long is waited
 */
public record S3Settings(String bucket, String prefix, Optional<URI> endpoint, Optional<String> region,
        boolean pathStyle, S3Credentials credentials, S3Encryption encryption, Optional<String> storageClass,
        Checksums checksums, Timing timing) {

    /** Checksums of the newer S3 protocol. Every put carries a Content-MD5, which all servers check, in any case. */
    public enum Checksums {
        /** Only where the protocol demands them. */
        WHEN_REQUIRED,
        /** Wherever the protocol allows them. */
        WHEN_SUPPORTED
    }

    public S3Settings {
        if (bucket.isEmpty() || bucket.contains("/")) {
            throw new IllegalArgumentException("'" + bucket + "' is not the name of a bucket");
        }
        Place.require(prefix, endpoint);
    }

    /** A bucket of AWS, by the default chain of credentials. */
    public static S3Settings of(String bucket, String prefix) {
        return new S3Settings(bucket, prefix, Optional.empty(), Optional.empty(), false,
                new S3Credentials.Chain(Optional.empty()), new S3Encryption.OfBucket(), Optional.empty(),
                Checksums.WHEN_REQUIRED, Timing.DEFAULT);
    }

    /** Where the store is. */
    Place where() {
        return new Place("s3://" + bucket, prefix, endpoint);
    }
}
