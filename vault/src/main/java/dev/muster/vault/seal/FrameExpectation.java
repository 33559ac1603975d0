// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.VaultFault;

/**
 * What a reference says of the frame that it points to.
 *
 * @param naming how the id was made
 * @param id name of the plaintext
 * @param frameLength bytes of the frame
 * @param plainLength bytes of the plaintext
 */
public record FrameExpectation(Naming naming, Digest id, int frameLength, int plainLength) {

    /** For a scan that has no reference: believes the header, whose id and length are checked all the same. */
    public static FrameExpectation of(Naming naming, FrameHeader header) {
        return new FrameExpectation(naming, header.id(), header.frameLength(), header.plainLength());
    }

    void require(FrameHeader header, String subject) {
        if (header.sealing() != naming.sealing()) {
            throw new VaultFault.Damage("a frame is sealed in another way than its kind is", subject);
        }
        if (header.frameLength() != frameLength || header.plainLength() != plainLength || !header.id().equals(id)) {
            throw new VaultFault.Damage("not the frame that the reference to it describes", subject);
        }
    }
}
