// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

import dev.muster.store.BlobInfo;
import dev.muster.store.Key;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import java.util.Optional;

/**
 * An object that is to be at the copy as it is at the original.
 *
 * @param key its name, which ends in its digest
 * @param bytes its length
 * @param digest SHA-256 of its bytes
 * @param phase when its turn is
 */
record CopyItem(Key key, long bytes, Digest digest, Phase phase) {

    private static final int DIGEST_DIGITS = 2 * Digest.BYTES;

    /** What a listed object is to a copy; empty if its key does not end in a digest: then it is none of a repository. */
    static Optional<CopyItem> of(BlobInfo blob) {
        String key = blob.key().value();
        int at = key.length() - DIGEST_DIGITS;
        if (at < 1 || "/-".indexOf(key.charAt(at - 1)) < 0) {
            return Optional.empty();
        }
        try {
            Digest digest = Digest.parse(key.substring(at));
            Phase phase = Kind.ofKey(key).map(Phase::of).orElse(Phase.RECORDS);
            return Optional.of(new CopyItem(blob.key(), blob.length(), digest, phase));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
