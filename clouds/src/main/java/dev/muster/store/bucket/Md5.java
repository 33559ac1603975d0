// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import dev.muster.store.Content;
import dev.muster.store.Interruption;
import dev.muster.store.StoreException;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The MD5 of a content, by which a server knows whether it received what was sent (RFC 1864). Guards against accidents
 * only: that bytes are whose they should be is the repository's to prove.
 *
 * @param base64 as headers have it
 */
public record Md5(String base64) {

    /**
     * Reads a content for its digest.
     *
     * @throws StoreException.Corrupt if the content is not what it announces
     */
    static Md5 of(String name, Content content) throws InterruptedException {
        try {
            var md5 = MessageDigest.getInstance("MD5");
            content.transferTo((buffer, length) -> md5.update(buffer, 0, length), name);
            return new Md5(Base64.getEncoder().encodeToString(md5.digest()));
        } catch (IOException e) {
            throw Interruption.of(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform has no MD5", e);
        }
    }

    /** Its bytes. */
    public byte[] bytes() {
        return Base64.getDecoder().decode(base64);
    }
}
