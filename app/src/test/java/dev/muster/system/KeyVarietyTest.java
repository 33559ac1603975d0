// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.vault.key.KeySource;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class KeyVarietyTest {

    private static final long SEED = 20_261_120;
    private static final int KEYS = 100_000;

    private static KeySource hex(String digits) {
        return KeySource.hex(digits.toCharArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000000000000000000000000000000000000000000000000000000000000000",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "0123456789012345678901234567890123456789012345678901234567890123",
            "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0efeeedecebeae9e8e7e6e5e4e3e2e1e0",
            "000306090c0f1215181b1e2124272a2d303336393c3f4245484b4e5154575a5d",
            "deadbeefcafedeadbeefcafedeadbeefcafedeadbeefcafedeadbeefcafedead",
            "0000000000000000000000000000000000000000000000000000000000000001",
            "1111111111111111111111111111111122222222222222222222222222222223"})
    void aKeyThatFollowsAPatternIsRefusedAndNotRepeated(String digits) {
        assertThatThrownBy(() -> KeyVariety.require(hex(digits), "clinic.key"))
                .isInstanceOfSatisfying(ConfigurationFault.WeakKey.class,
                        fault -> assertThat(fault.code()).isEqualTo("config.weak-key"))
                .hasMessageContaining("clinic.key")
                .hasMessageNotContaining(digits.substring(0, 8));
    }

    @Test
    void keysThatWereChosenByChanceAreTaken() {
        var random = new Random(SEED);
        var key = new byte[32];
        for (var round = 0; round < KEYS; round++) {
            random.nextBytes(key);
            assertThatCode(() -> KeyVariety.require(KeySource.raw(key), "k"))
                    .as("seed %d: %s", SEED, HexFormat.of().formatHex(key)).doesNotThrowAnyException();
        }
    }

    @Test
    void aPassphraseIsForItsOwnerToJudge() {
        assertThatCode(() -> KeyVariety.require(KeySource.passphrase("aaaa".toCharArray()), "p"))
                .doesNotThrowAnyException();
    }
}
