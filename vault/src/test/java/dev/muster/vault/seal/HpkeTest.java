// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Against the RFC's key encapsulation, and against two other implementations of the whole. */
class HpkeTest {

    private static final byte[] PRIVATE = hex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8");
    private static final byte[] PUBLIC = hex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d");
    private static final byte[] INFO = ascii("muster v1 grant");
    private static final byte[] MESSAGE = ascii("Beauty is truth, truth beauty");

    private final SecureRandom random = new SecureRandom();
    private final HPKE base = new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256,
            HPKE.aead_AES_GCM256);
    private final HPKE withPsk = new HPKE(HPKE.mode_psk, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256,
            HPKE.aead_AES_GCM256);

    @Test
    void theEncapsulationOfRfc9180() throws GeneralSecurityException {
        assertThat(Curves.agreementPublicOf(PRIVATE)).isEqualTo(PUBLIC);
        assertThat(Hpke.decapsulate(PRIVATE, hex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431")))
                .isEqualTo(hex("fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc"));
    }

    /** Sealed by pyca/cryptography 48 over OpenSSL, suite X25519, HKDF-SHA256, AES-256-GCM. */
    @Test
    void aMessageSealedByAnotherProgramOpens() throws GeneralSecurityException {
        byte[] sealed = hex("48811ba37db150b57381e162935cdb7377cdab38a845aad1801ce89ba79a7501bb22b7d9a26feaaa"
                + "f03061003e9d26127da7b063d1e879d4a937ad22096b3ccdf7f7caa3448177ea3f791ef844");
        assertThat(Hpke.open(PRIVATE, INFO, sealed)).isEqualTo(MESSAGE);
    }

    @Test
    void aMessageGoesToAndFromTheLibrary() throws GeneralSecurityException, InvalidCipherTextException {
        AsymmetricCipherKeyPair pair = base.deserializePrivateKey(PRIVATE, PUBLIC);
        byte[] mine = Hpke.seal(PUBLIC, INFO, MESSAGE, random);
        byte[] opened = base.setupBaseR(Arrays.copyOf(mine, 32), pair, INFO)
                .open(new byte[0], Arrays.copyOfRange(mine, 32, mine.length));
        assertThat(opened).isEqualTo(MESSAGE);

        HPKEContextWithEncapsulation sender = base.setupBaseS(base.deserializePublicKey(PUBLIC), INFO);
        byte[] ciphertext = sender.seal(new byte[0], MESSAGE);
        assertThat(Hpke.open(PRIVATE, INFO, join(sender.getEncapsulation(), ciphertext))).isEqualTo(MESSAGE);
    }

    @Test
    void aSecretExportedUnderAPresharedKeyIsTheOneOfTheLibraryBothWays() throws GeneralSecurityException {
        AsymmetricCipherKeyPair pair = withPsk.deserializePrivateKey(PRIVATE, PUBLIC);
        Hpke.Context context = new Hpke.Context(new byte[32], ascii("repository 1"), INFO);
        Hpke.Exported mine = Hpke.send(PUBLIC, context, "key", random);
        assertThat(withPsk.setupPSKR(mine.encapsulation(), pair, INFO, context.psk(), context.pskId())
                .export(ascii("key"), 32)).isEqualTo(mine.secret());

        HPKEContextWithEncapsulation theirs = withPsk.SetupPSKS(withPsk.deserializePublicKey(PUBLIC), INFO,
                context.psk(), context.pskId());
        assertThat(Hpke.receive(PRIVATE, theirs.getEncapsulation(), context, "key"))
                .isEqualTo(theirs.export(ascii("key"), 32));
    }

    @Test
    void everyInputOfTheContextChangesTheSecret() throws GeneralSecurityException {
        byte[] psk = new byte[32];
        Hpke.Exported sent = Hpke.send(PUBLIC, new Hpke.Context(psk, ascii("id"), INFO), "key", random);
        byte[] other = new byte[32];
        other[31] = 1;
        assertThat(Hpke.receive(PRIVATE, sent.encapsulation(), new Hpke.Context(other, ascii("id"), INFO), "key"))
                .isNotEqualTo(sent.secret());
        assertThat(Hpke.receive(PRIVATE, sent.encapsulation(), new Hpke.Context(psk, ascii("di"), INFO), "key"))
                .isNotEqualTo(sent.secret());
        assertThat(Hpke.receive(PRIVATE, sent.encapsulation(), new Hpke.Context(psk, ascii("id"), psk), "key"))
                .isNotEqualTo(sent.secret());
        assertThat(Hpke.receive(PRIVATE, sent.encapsulation(), new Hpke.Context(psk, ascii("id"), INFO), "yek"))
                .isNotEqualTo(sent.secret());
        assertThat(Hpke.receive(psk, sent.encapsulation(), new Hpke.Context(psk, ascii("id"), INFO), "key"))
                .isNotEqualTo(sent.secret());
    }

    /** The points of small order of Curve25519, whose agreement with anything is zero. */
    @Test
    void anAgreementOfAllZerosIsRefused() {
        for (String point : new String[]{"0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
            assertThatThrownBy(() -> Hpke.decapsulate(PRIVATE, hex(point))).as(point)
                    .isInstanceOf(GeneralSecurityException.class);
            assertThatThrownBy(() -> Hpke.seal(hex(point), INFO, MESSAGE, random)).as(point)
                    .isInstanceOf(GeneralSecurityException.class);
        }
    }

    @Test
    void aChangedOrShortMessageIsRefused() throws GeneralSecurityException {
        byte[] sealed = Hpke.seal(PUBLIC, INFO, MESSAGE, random);
        for (int at = 0; at < sealed.length; at++) {
            byte[] flipped = sealed.clone();
            flipped[at] ^= 1;
            assertThatThrownBy(() -> Hpke.open(PRIVATE, INFO, flipped)).isInstanceOf(GeneralSecurityException.class);
            byte[] cut = Arrays.copyOf(sealed, at);
            assertThatThrownBy(() -> Hpke.open(PRIVATE, INFO, cut)).isInstanceOf(GeneralSecurityException.class);
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
