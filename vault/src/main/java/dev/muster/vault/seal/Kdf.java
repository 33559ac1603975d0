// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Encoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Derivation of keys: HKDF-SHA256 (RFC 5869) with 32 bytes out, and HMAC-SHA256 (RFC 2104). */
public final class Kdf {

    public static final int KEY_BYTES = 32;

    private Kdf() {}

    /** {@code HKDF(secret, salt, label ‖ context)}. */
    public static byte[] derive(byte[] secret, byte[] salt, String label, byte[]... context) {
        Encoder info = new Encoder().raw(label.getBytes(StandardCharsets.US_ASCII));
        Arrays.stream(context).forEach(info::raw);
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(secret)
                            .addSalt(salt)
                            .thenExpand(info.toByteArray(), KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java 25 has HKDF-SHA256", e);
        }
    }

    /** A new HMAC-SHA256 under this key. Not thread-safe. */
    public static Mac hmac(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", e);
        }
    }
}
