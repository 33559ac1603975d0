// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import java.math.BigInteger;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CurvesTest {

    private static final byte[] SEED = hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    private static final byte[] PUBLIC = hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");

    @Test
    void theSecondSignatureOfRfc8032() {
        byte[] signature = hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
        assertThat(Curves.signingPublicOf(SEED)).isEqualTo(PUBLIC);
        assertThat(Curves.sign(SEED, hex("72"))).isEqualTo(signature);
        assertThat(Curves.verifies(PUBLIC, signature, hex("72"))).isTrue();
        assertThat(Curves.verifies(PUBLIC, signature, hex("73"))).isFalse();
    }

    @Test
    void theKeyPairOfAliceOfRfc7748() {
        assertThat(Curves.agreementPublicOf(hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")))
                .isEqualTo(hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
    }

    @Test
    void aSignatureWithTheGroupOrderAddedIsRefused() {
        byte[] signature = Curves.sign(SEED, hex("72"));
        BigInteger order = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
        byte[] scalar = new byte[32];
        for (int at = 0; at < 32; at++) {
            scalar[31 - at] = signature[32 + at];
        }
        byte[] sum = new BigInteger(1, scalar).add(order).toByteArray();
        for (int at = 0; at < 32; at++) {
            signature[32 + at] = sum[sum.length - 1 - at];
        }
        assertThat(Curves.verifies(PUBLIC, signature, hex("72"))).isFalse();
    }

    @Test
    void malformedKeysAndSignaturesAreANoAndNoException() {
        byte[] signature = Curves.sign(SEED, hex("72"));
        byte[] notReduced = hex("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
        assertThat(Curves.verifies(notReduced, signature, hex("72"))).isFalse();
        assertThat(Curves.verifies(PUBLIC, new byte[64], hex("72"))).isFalse();
        assertThat(Curves.verifies(PUBLIC, new byte[3], hex("72"))).isFalse();
        assertThat(Curves.verifies(PUBLIC, new byte[0], hex("72"))).isFalse();
        assertThat(Curves.verifies(new byte[32], new byte[64], hex("72"))).isFalse();
    }

    @Test
    void aMessageInPartsIsTheSameMessage() {
        assertThat(Curves.sign(SEED, hex("01"), hex("0203"))).isEqualTo(Curves.sign(SEED, hex("010203")));
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
