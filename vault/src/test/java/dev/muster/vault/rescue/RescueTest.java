// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.rescue;

import dev.muster.store.file.FileStore;
import dev.muster.vault.Vault;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.key.KeySource;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalSource;
import dev.muster.vault.wal.WalSpan;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RescueTest {

    private static final int SEGMENT_BYTES = 1 << 20;
    private static final SourceTree TREE = new SourceTree().file("base/1/2619", 70_000, 1)
            .file("base/1/zeros", new byte[30_000])
            .file("PG_VERSION", "18\n".getBytes(StandardCharsets.US_ASCII))
            .link("pg_tblspc/16400", "/elsewhere")
            .link("inside", "base/1/2619")
            .link("itself", ".")
            .link("outside", "itself/../secret");

    @TempDir
    Path directory;

    private final TestClock clock = new TestClock();
    private final StringWriter said = new StringWriter();
    private Path repository;

    @BeforeEach
    void aDownloadedRepository() throws Exception {
        repository = directory.resolve("repository");
        try (FileStore store = FileStore.create(repository, new Random(1));
                Vault vault = TestVault.create(store, directory.resolve("state"), clock)) {
            TestVault.capture(vault, TREE);
        }
    }

    @Test
    void filesComeBackAsTheyWere() throws Exception {
        Path target = directory.resolve("out");

        try (Rescue rescue = rescue(); KeySource key = key()) {
            rescue.list(key);
            rescue.extract(key, "latest", target);
        }

        TREE.files().forEach((path, content) -> assertThat(target.resolve(path)).hasBinaryContent(content));
        assertThat(Files.readSymbolicLink(target.resolve("inside"))).hasToString("base/1/2619");
        assertThat(Files.exists(target.resolve("pg_tblspc/16400"), LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertThat(said.toString()).contains("clinic/database").contains("3 files")
                .contains("not made, since it leads elsewhere: pg_tblspc/16400 -> /elsewhere")
                .contains("not made, since it leads elsewhere: outside -> itself/../secret");
    }

    @Test
    void aTargetAboveALinkIsAboveWhatTheLinkLeadsTo() throws Exception {
        Files.createDirectories(directory.resolve("real/sub"));
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("real/sub"));

        try (Rescue rescue = rescue(); KeySource key = key()) {
            rescue.extract(key, "latest", directory.resolve("link/../out"));
        }

        assertThat(directory.resolve("real/out/PG_VERSION")).exists();
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void walComesBackAsSegments() throws Exception {
        byte[] bytes = SourceTree.noise(SEGMENT_BYTES + 300_000, 4);
        Lineage lineage = walOf(bytes);
        Path target = directory.resolve("wal");

        try (Rescue rescue = rescue(); KeySource key = key()) {
            rescue.wal(key, lineage.incarnation().hex(), target);
        }

        assertThat(target.resolve("000000010000000000000010")).hasBinaryContent(Arrays.copyOf(bytes, SEGMENT_BYTES));
        byte[] second = Arrays.copyOf(Arrays.copyOfRange(bytes, SEGMENT_BYTES, bytes.length), SEGMENT_BYTES);
        assertThat(target.resolve("000000010000000000000011")).hasBinaryContent(second);
    }

    @Test
    void aDirectoryThatIsNotEmptyIsLeftAlone() throws Exception {
        Path target = Files.createDirectory(directory.resolve("out"));
        Files.writeString(target.resolve("mine"), "mine");

        try (Rescue rescue = rescue(); KeySource key = key()) {
            assertThatExceptionOfType(VaultFault.Refused.class).isThrownBy(
                    () -> rescue.extract(key, "latest", target));
        }
        assertThat(target).isDirectoryNotContaining("glob:**/PG_VERSION");
    }

    @Test
    void aFlippedBitIsFoundWithoutAKey() throws Exception {
        try (Rescue rescue = rescue()) {
            assertThat(rescue.check()).isTrue();
        }
        Path pack;
        try (var files = Files.walk(repository.resolve("data"))) {
            pack = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(pack);
        bytes[bytes.length / 2] ^= 1;
        Files.setPosixFilePermissions(pack, PosixFilePermissions.fromString("rw-------"));
        Files.write(pack, bytes);

        try (Rescue rescue = rescue()) {
            assertThat(rescue.check()).isFalse();
        }
        assertThat(said.toString()).contains("DAMAGE");
    }

    private Lineage walOf(byte[] bytes) throws Exception {
        try (FileStore store = FileStore.open(repository, new Random(1));
                Vault vault = TestVault.open(store, directory.resolve("state"), clock)) {
            WalArchive wal = vault.wal("db1");
            Lineage lineage = wal.begin(new Lineage.Origin(7, 1, new byte[0]),
                    Lineage.Descent.begin(16L * SEGMENT_BYTES), new WalArchive.Server(SEGMENT_BYTES, 180006, "db1"));
            try (var writer = wal.writer(lineage, 1)) {
                long start = 16L * SEGMENT_BYTES;
                WalSource source = WalSource.of(start, bytes);
                writer.put(new WalSpan(start, start + SEGMENT_BYTES), Optional.empty(), clock.instant(), source);
                writer.put(new WalSpan(start + SEGMENT_BYTES, start + bytes.length), Optional.empty(), clock.instant(),
                        source);
            }
            return lineage;
        }
    }

    private Rescue rescue() throws InterruptedException {
        return new Rescue(new PrintWriter(said, true), repository, clock, new SecureRandom());
    }

    private static KeySource key() {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 1);
        return KeySource.raw(key);
    }
}
