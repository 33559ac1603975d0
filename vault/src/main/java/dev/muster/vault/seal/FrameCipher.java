// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Digest;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/** AES-256-GCM over one frame. Associated data are the owner's bytes and then the header. Not thread-safe. */
final class FrameCipher {

    private static final int NONCE_BYTES = 12;

    private final Cipher cipher;

    FrameCipher() {
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has AES-GCM", e);
        }
    }

    /** Writes header, ciphertext and tag at {@code target[offset..]}. */
    void seal(SecretKey key, byte[] owner, FrameHeader header, Compressed content, byte[] target, int offset) {
        header.put(target, offset);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, nonce(header.id(), header.counter()));
            cipher.updateAAD(owner);
            cipher.updateAAD(target, offset, FrameHeader.BYTES);
            cipher.doFinal(content.buffer(), content.offset(), content.length(), target, offset + FrameHeader.BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a frame was not sealed", e);
        }
    }

    /**
     * Decrypts the content of the frame at {@code bytes[offset..]} to the start of {@code target}.
     *
     * @return whether the tag is right; if not, the target holds nothing of use
     */
    boolean open(SecretKey key, byte[] owner, FrameHeader header, byte[] bytes, int offset, byte[] target) {
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, nonce(header.id(), header.counter()));
            cipher.updateAAD(owner);
            cipher.updateAAD(bytes, offset, FrameHeader.BYTES);
            cipher.doFinal(bytes, offset + FrameHeader.BYTES, header.frameLength() - FrameHeader.BYTES, target, 0);
            return true;
        } catch (AEADBadTagException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a frame was not opened", e);
        }
    }

    private static GCMParameterSpec nonce(Digest id, long counter) {
        byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putLong(id.prefix()).putInt((int) counter).array();
        return new GCMParameterSpec(8 * FrameHeader.TAG_BYTES, nonce);
    }
}
