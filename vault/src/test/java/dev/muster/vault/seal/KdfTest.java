// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Appendix A of RFC 5869, as far as 32 bytes of output go. */
class KdfTest {

    @Test
    void theBasicCaseOfTheRfc() {
        byte[] secret = new byte[22];
        Arrays.fill(secret, (byte) 0x0b);
        assertThat(Kdf.derive(secret, hex("000102030405060708090a0b0c"), "", hex("f0f1f2f3f4f5f6f7f8f9")))
                .isEqualTo(hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"));
    }

    @Test
    void theCaseWithLongInputsOfTheRfc() {
        assertThat(Kdf.derive(ascending(0x00), ascending(0x60), "", ascending(0xb0)))
                .isEqualTo(hex("b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"));
    }

    @Test
    void labelAndContextAreConcatenated() {
        byte[] key = ascending(0);
        assertThat(Kdf.derive(key, key, "muster v1 ", "meta seal".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(Kdf.derive(key, key, "muster v1 meta seal"));
    }

    private static byte[] ascending(int first) {
        byte[] bytes = new byte[80];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) (first + at);
        }
        return bytes;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
