// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.fixture.SeededRandom;
import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.VaultFault;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DerivationTest {

    private static final byte[] SALT = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
    private static final String PASSPHRASE = "pässwörd ﬁ";

    /** Made by pyca/cryptography 48 over OpenSSL, of the passphrase in NFKC as UTF-8. */
    @Test
    void argon2idIsTheOneOfAnotherProgram() {
        assertThat(argon(new PassphraseCost(64 << 10, 2, 1), PASSPHRASE))
                .isEqualTo("9a01f335a516ee29f89f97e29598367d1b54be7b790f266697445a3359cc64b4");
        assertThat(argon(new PassphraseCost(64 << 10, 2, 4), PASSPHRASE))
                .isEqualTo("a8f9fcb4e786e9a45d71ebebda6e15156b79756dd5767c98322a7f94056be73d");
    }

    @Test
    void aPassphraseTypedAnotherWayIsTheSame() {
        String decomposed = "pa\u0308sswo\u0308rd fi";
        assertThat(argon(PassphraseCost.LOWEST, decomposed)).isEqualTo(argon(PassphraseCost.LOWEST, PASSPHRASE));
        assertThat(argon(PassphraseCost.LOWEST, "Pässwörd ﬁ")).isNotEqualTo(argon(PassphraseCost.LOWEST, PASSPHRASE));
    }

    @Test
    void halfACharacterIsNoPassphrase() {
        assertThatThrownBy(() -> argon(PassphraseCost.LOWEST, "a\uD83D")).isInstanceOf(VaultFault.Refused.class);
    }

    @Test
    void costsOutOfBoundsAreRefusedBeforeAnyWork() {
        for (long[] bad : List.of(new long[]{(64 << 10) - 1, 2, 1}, new long[]{(1 << 20) + 1, 2, 1},
                new long[]{0xFFFF_FFFFL, 2, 1}, new long[]{64 << 10, 1, 1}, new long[]{64 << 10, 17, 1},
                new long[]{64 << 10, 0xFFFF_FFFFL, 1}, new long[]{64 << 10, 2, 0}, new long[]{64 << 10, 2, 17})) {
            byte[] encoded = new Encoder().u32(bad[0]).u32(bad[1]).u8((int) bad[2]).raw(SALT).toByteArray();
            assertThatThrownBy(() -> Derivation.decode(SlotKind.PASSPHRASE, new Decoder("x", encoded)))
                    .isInstanceOf(VaultFault.Damage.class);
            if (bad[0] <= Integer.MAX_VALUE && bad[1] <= Integer.MAX_VALUE) {
                assertThatThrownBy(() -> new PassphraseCost((int) bad[0], (int) bad[1], (int) bad[2]))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
        for (PassphraseCost good : List.of(PassphraseCost.LOWEST, PassphraseCost.DEFAULT,
                new PassphraseCost(1 << 20, 16, 16))) {
            Encoder out = new Encoder();
            new Derivation.Argon2id(good, SALT).encode(out);
            Derivation read = Derivation.decode(SlotKind.PASSPHRASE, new Decoder("x", out.toByteArray()));
            assertThat(((Derivation.Argon2id) read).cost()).isEqualTo(good);
        }
    }

    @Test
    void theUsualCostIsTheOneOfTheFormat() {
        assertThat(PassphraseCost.DEFAULT).isEqualTo(new PassphraseCost(262_144, 3, 4));
    }

    @Test
    void keySourcesRefuseWhatIsNoKeyAndTellNoSecret() {
        assertThatThrownBy(() -> KeySource.passphrase(new char[0])).isInstanceOf(VaultFault.Refused.class);
        assertThatThrownBy(() -> KeySource.raw(new byte[31])).isInstanceOf(VaultFault.Refused.class);
        for (String bad : List.of("", "00", "0g" + "00".repeat(31), "00".repeat(32) + "0", "é0" + "00".repeat(31))) {
            assertThatThrownBy(() -> KeySource.hex(bad.toCharArray())).isInstanceOf(VaultFault.Refused.class)
                    .hasMessageNotContaining("0000");
        }
        assertThat(((KeySource.RawKey) KeySource.hex(("Ab" + "cd".repeat(31)).toCharArray())).key())
                .isEqualTo(HexFormat.of().parseHex("ab" + "cd".repeat(31)));
        assertThat(KeySource.passphrase("hunter2".toCharArray()).toString()).doesNotContain("hunter2");
        assertThat(KeySource.hex("61".repeat(32).toCharArray()).toString()).isEqualTo("a raw key");
    }

    @Test
    void closingAKeySourceOverwritesIt() {
        char[] characters = "hunter2".toCharArray();
        byte[] key = {1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8};
        KeySource.passphrase(characters).close();
        KeySource.raw(key).close();
        assertThat(characters).containsOnly('\0');
        assertThat(key).containsOnly(0);
    }

    @Test
    void eachNewSlotHasASaltOfItsOwn() {
        SeededRandom random = new SeededRandom(1);
        KeySource key = KeySource.raw(new byte[32]);
        assertThat(Derivation.fresh(key, random).keyOf(key)).isNotEqualTo(Derivation.fresh(key, random).keyOf(key));
    }

    private static String argon(PassphraseCost cost, String passphrase) {
        KeySource key = KeySource.passphrase(passphrase.toCharArray());
        return HexFormat.of().formatHex(new Derivation.Argon2id(cost, SALT).keyOf(key));
    }
}
