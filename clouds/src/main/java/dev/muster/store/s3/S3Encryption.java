// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import java.util.Optional;

/** Which encryption at rest is asked of the server with each put. Muster seals what it stores in any case. */
public sealed interface S3Encryption {

    /** What the bucket's own setting says. */
    record OfBucket() implements S3Encryption {}

    /** With keys of the server, SSE-S3. */
    record Managed() implements S3Encryption {}

    /**
     * With a key of the key management service, SSE-KMS.
     *
     * @param keyId an id, an alias or an ARN; else the account's own key for S3
     */
    record Kms(Optional<String> keyId) implements S3Encryption {}
}
