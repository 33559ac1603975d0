// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import java.net.URI;
import java.time.Duration;
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

    private static final int PREFIX_BYTES_MAX = 400;

    /** Checksums of the newer S3 protocol. Every put carries a Content-MD5, which all servers check, in any case. */
    public enum Checksums {
        /** Only where the protocol demands them. */
        WHEN_REQUIRED,
        /** Wherever the protocol allows them. */
        WHEN_SUPPORTED
    }

    /**
     * How long is waited before a request counts as failed.
     *
     * @param connect for a connection
     * @param idle for an answer to begin, and for its next bytes
     * @param slowestUploadBytesPerSecond adds time in which an answer must begin, by the length of what is sent
     */
    public record Timing(Duration connect, Duration idle, long slowestUploadBytesPerSecond) {

        /** For the internet. */
        public static final Timing DEFAULT = new Timing(Duration.ofSeconds(10), Duration.ofSeconds(60), 256 << 10);

        /** How long the answer to a request of so many bytes may take to begin. */
        Duration answer(long requestBytes) {
            return idle.plusSeconds(requestBytes / slowestUploadBytesPerSecond);
        }
    }

    public S3Settings {
        if (bucket.isEmpty() || bucket.contains("/")) {
            throw new IllegalArgumentException("'" + bucket + "' is not the name of a bucket");
        }
        if (prefix.startsWith("/") || prefix.endsWith("/") || prefix.contains("//")
                || prefix.length() > PREFIX_BYTES_MAX) {
            throw new IllegalArgumentException("'" + prefix + "' is not a prefix in a bucket");
        }
        endpoint.ifPresent(S3Settings::requireEndpoint);
    }

    /** A bucket of AWS, by the default chain of credentials. */
    public static S3Settings of(String bucket, String prefix) {
        return new S3Settings(bucket, prefix, Optional.empty(), Optional.empty(), false,
                new S3Credentials.Chain(Optional.empty()), new S3Encryption.OfBucket(), Optional.empty(),
                Checksums.WHEN_REQUIRED, Timing.DEFAULT);
    }

    /** Where the store is, without secrets. */
    String place() {
        return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix)
                + endpoint.map(server -> " at " + server).orElse("");
    }

    /** What stands before each key. */
    String keyPrefix() {
        return prefix.isEmpty() ? "" : prefix + "/";
    }

    private static void requireEndpoint(URI endpoint) {
        var http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
        if (!http || endpoint.getHost() == null || endpoint.getUserInfo() != null) {
            throw new IllegalArgumentException("an endpoint is https://host:port or http://host:port");
        }
    }
}
