// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.tls;

import dev.muster.postgres.conninfo.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Objects;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PrivateKeyFileTest {

    @TempDir
    private Path folder;

    private PrivateKey read(String pem, String password) {
        var file = TestAuthority.write(folder.resolve("key.pem"), pem);
        return new PrivateKeyFile(file, password.isEmpty() ? Optional.empty() : Optional.of(new Secret(password)))
                .read();
    }

    private static PrivateKey generated(String algorithm) throws Exception {
        return KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519", "RSASSA-PSS"})
    void aPlainKeyIsRead(String algorithm) throws Exception {
        var key = generated(algorithm);

        assertThat(read("Bag attributes\n" + TestAuthority.pem(key), "").getEncoded()).isEqualTo(key.getEncoded());
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes256.pem", "aes128.pem", "des3.pem"})
    void aKeyThatOpensslEncryptedIsReadWithItsPassword(String resource) throws Exception {
        var pem = resource(resource);

        assertThat(read(pem, "hunter2")).isEqualTo(read(resource("plain.pem"), ""));
        assertThatThrownBy(() -> read(pem, "hunter3")).isInstanceOf(TlsFault.Misconfigured.class)
                .hasMessageNotContaining("hunter");
        assertThatThrownBy(() -> read(pem, "")).isInstanceOf(TlsFault.Misconfigured.class)
                .hasMessageContaining("sslpassword");
    }

    private static String resource(String name) throws IOException {
        try (var input = Objects.requireNonNull(PrivateKeyFileTest.class.getResourceAsStream(name))) {
            return new String(input.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void theOlderFormOfAnRsaKeyIsRead() throws Exception {
        var key = generated("RSA");
        var inner = PrivateKeyInfo.getInstance(key.getEncoded()).parsePrivateKey().toASN1Primitive().getEncoded();

        assertThat(read(TestAuthority.pem("RSA PRIVATE KEY", inner), "").getEncoded()).isEqualTo(key.getEncoded());
    }

    @Test
    void theOlderFormOfAnEcKeyIsRead() throws Exception {
        var read = (ECPrivateKey) read(resource("sec1.pem"), "");
        var plain = (ECPrivateKey) read(resource("plain.pem"), "");

        assertThat(read.getS()).isEqualTo(plain.getS());
        assertThat(read.getParams().getOrder()).isEqualTo(plain.getParams().getOrder());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n",
            "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n",
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"})
    void whatIsNoKeyIsRefused(String pem) {
        assertThatThrownBy(() -> read(pem, "x")).isInstanceOf(TlsFault.Misconfigured.class);
    }

    @Test
    void aKeyThatIsEncryptedInTheOldWayIsRefusedAsThat() {
        var pem = """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-128-CBC,00

                AAAA
                -----END RSA PRIVATE KEY-----
                """;

        assertThatThrownBy(() -> read(pem, "x")).isInstanceOf(TlsFault.Misconfigured.class)
                .hasMessageContaining("in the old way");
    }

    @Test
    void anEcKeyOfTheOlderFormMustNameItsCurve() throws Exception {
        var inner = ASN1Sequence.getInstance(
                PrivateKeyInfo.getInstance(generated("EC").getEncoded()).parsePrivateKey().toASN1Primitive());
        var unnamed = new DERSequence(new ASN1Encodable[]{inner.getObjectAt(0), inner.getObjectAt(1)});

        assertThatThrownBy(() -> read(TestAuthority.pem("EC PRIVATE KEY", unnamed.getEncoded("DER")), ""))
                .isInstanceOf(TlsFault.Misconfigured.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw----r--", "rw-rw----", "rw-r-x---"})
    void aKeyThatOthersCanReadIsRefused(String permissions) throws Exception {
        var file = TestAuthority.write(folder.resolve("open.pem"), TestAuthority.pem(generated("EC")));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        assertThatThrownBy(() -> new PrivateKeyFile(file, Optional.empty()).read())
                .isInstanceOf(TlsFault.Misconfigured.class).hasMessageContaining("open to others");
    }

    @Test
    void theGroupMayReadAKeyOfRootOnly() throws IOException {
        var file = TestAuthority.write(folder.resolve("group.pem"), "no key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        var ofRoot = Files.getOwner(file).getName().equals("root");

        assertThatThrownBy(() -> new PrivateKeyFile(file, Optional.empty()).read())
                .hasMessageContaining(ofRoot ? "does not hold" : "open to others");
    }

    @Test
    void aKeyThatIsNotThereIsNamed() {
        var file = folder.resolve("nowhere.pem");

        assertThatThrownBy(() -> new PrivateKeyFile(file, Optional.empty()).read())
                .isInstanceOf(TlsFault.Misconfigured.class).hasMessageContaining(file.toString());
    }
}
