// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.vault.key.KeySource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class KeyFileTest {

    private static final String DIGITS = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    @TempDir
    Path directory;

    @Test
    void aKeyFileThatIsMadeIsPrivateAndOpens() throws Exception {
        Path file = directory.resolve("keys/clinic.key");

        KeyFile.create(file, new SecureRandom());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        try (KeySource key = KeyFile.keyOf(keyFile(file), Map.of())) {
            assertThat(key).isInstanceOf(KeySource.RawKey.class);
        }
    }

    @Test
    void aPassphraseThatIsWrittenIsReadAsItWas() throws Exception {
        Path file = directory.resolve("keys/clinic.passphrase");
        char[] passphrase = " zwölf Böcke\u2026 ".toCharArray();

        KeyFile.create(file, passphrase, new SecureRandom());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        RepositoryAddress address =
                new RepositoryAddress("file:///r", Optional.empty(), Optional.of(file), Optional.empty());
        try (KeySource key = KeyFile.keyOf(address, Map.of())) {
            assertThat(key).isInstanceOfSatisfying(KeySource.Passphrase.class,
                    read -> assertThat(read.characters()).isEqualTo(passphrase));
        }
        for (String bad : List.of("", "two\nlines", "x".repeat(4096))) {
            Path other = directory.resolve("other");
            assertThatExceptionOfType(ConfigurationFault.Secret.class).isThrownBy(
                    () -> KeyFile.create(other, bad.toCharArray(), new SecureRandom()));
            assertThat(other).doesNotExist();
        }
    }

    @Test
    void aKeyFileIsNeverOverwritten() throws Exception {
        Path file = secret(DIGITS);

        assertThatExceptionOfType(ConfigurationFault.Secret.class).isThrownBy(
                () -> KeyFile.create(file, new SecureRandom()));
        assertThat(file).hasContent(DIGITS);
        try (var left = Files.list(directory)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws Exception {
        Path file = secret(DIGITS);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThatExceptionOfType(ConfigurationFault.Secret.class).isThrownBy(
                () -> KeyFile.keyOf(keyFile(file), Map.of())).withMessageContaining("Others than its owner");
    }

    @Test
    void whatIsNotAKeyIsRefusedAndNotRepeated() throws Exception {
        Path file = secret("my secret that is no key");

        assertThatExceptionOfType(ConfigurationFault.Secret.class).isThrownBy(
                () -> KeyFile.keyOf(keyFile(file), Map.of()))
                .satisfies(fault -> assertThat(fault.getMessage() + fault.remedy()).doesNotContain("my secret"));
    }

    @Test
    void aKeyComesFromTheEnvironmentToo() {
        RepositoryAddress address = new RepositoryAddress("/r", Optional.empty(), Optional.empty(), Optional.of("K"));

        try (KeySource key = KeyFile.keyOf(address, Map.of("K", DIGITS + "\n"))) {
            assertThat(((KeySource.RawKey) key).key()).startsWith(0, 0x11, 0x22);
        }
        assertThatExceptionOfType(ConfigurationFault.Secret.class).isThrownBy(
                () -> KeyFile.keyOf(address, Map.of())).withMessageContaining("K");
    }

    @Test
    void aPassphraseIsTheFirstLineOfItsFile() throws Exception {
        Path file = secret("correct horse\nsecond line\n");
        RepositoryAddress address = new RepositoryAddress("/r", Optional.empty(), Optional.of(file), Optional.empty());

        try (KeySource key = KeyFile.keyOf(address, Map.of())) {
            assertThat(((KeySource.Passphrase) key).characters()).isEqualTo("correct horse".toCharArray());
        }
    }

    private static RepositoryAddress keyFile(Path file) {
        return new RepositoryAddress("/r", Optional.of(file), Optional.empty(), Optional.empty());
    }

    private Path secret(String content) throws Exception {
        Path file = Files.writeString(directory.resolve("key"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
