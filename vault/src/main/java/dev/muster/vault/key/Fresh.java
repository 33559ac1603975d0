// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.seal.Kdf;
import java.security.SecureRandom;

/** New keys. */
final class Fresh {

    private Fresh() {}

    /** 32 random bytes. */
    static byte[] bytes(SecureRandom random) {
        byte[] key = new byte[Kdf.KEY_BYTES];
        random.nextBytes(key);
        return key;
    }
}
