// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import java.util.Optional;

/** Who asks the store. */
public sealed interface S3Credentials {

    /**
     * Whatever the default chain of the AWS SDK finds, in its order: system properties, the environment
     * ({@code AWS_ACCESS_KEY_ID} and its companions), a web identity, the shared profiles with their roles, the
     * container's, the machine's. The SDK reads all of these by itself, and renews what expires.
     *
     * @param profile in the shared files; else {@code AWS_PROFILE}, else {@code default}
     */
    record Chain(Optional<String> profile) implements S3Credentials {}

    /**
     * A pair of keys.
     *
     * @param keyId can be shown
     * @param secretKey cannot
     * @param sessionToken cannot; comes with keys that expire
     */
    record Pair(String keyId, String secretKey, Optional<String> sessionToken) implements S3Credentials {

        @Override
        public String toString() {
            return "Pair[" + keyId + "]";
        }
    }
}
