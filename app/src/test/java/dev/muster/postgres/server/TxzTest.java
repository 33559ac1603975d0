// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TxzTest {

    @TempDir
    private Path directory;

    private Path target;

    @BeforeEach
    void makeTarget() throws IOException {
        target = Files.createDirectory(directory.toRealPath().resolve("target"));
    }

    @Test
    void filesDirectoriesAndLinksComeOutAsTheyWentIn() throws Exception {
        var contents = unpack(Packed.of(tar -> {
            Packed.file(tar, "bin/postgres", "program", 0755);
            Packed.file(tar, "share/sample", "text", 0600);
            Packed.link(tar, "lib/libpq.so", "libpq.so.5");
            Packed.file(tar, "lib/libpq.so.5", "library", 0644);
        }));

        assertThat(contents).isEqualTo(new Txz.Contents(4, 18));
        assertThat(target.resolve("bin/postgres")).hasContent("program").isExecutable();
        assertThat(Files.isExecutable(target.resolve("share/sample"))).isFalse();
        assertThat(Files.getPosixFilePermissions(target.resolve("share/sample"))).hasToString(
                Files.getPosixFilePermissions(target.resolve("lib/libpq.so.5")).toString());
        assertThat(Files.readSymbolicLink(target.resolve("lib/libpq.so"))).hasToString("libpq.so.5");
        assertThat(target.resolve("lib/libpq.so")).hasContent("library");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../escaped", "bin/../../escaped", "/escaped", "a/../../target-beside/escaped"})
    void aNameThatLeadsOutIsRefused(String name) throws Exception {
        var packed = Packed.of(tar -> Packed.file(tar, name, "evil", 0644));

        assertThatThrownBy(() -> unpack(packed)).isInstanceOf(IOException.class).hasMessageContaining("leads out");
        assertThat(directory.toFile().list()).containsExactly("target");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc", "..", "../..", "lib/../../elsewhere"})
    void aLinkThatLeadsOutIsRefused(String to) throws Exception {
        var packed = Packed.of(tar -> Packed.link(tar, "link", to));

        assertThatThrownBy(() -> unpack(packed)).isInstanceOf(IOException.class)
                .hasMessageContaining("a link leads out of it");
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void nothingIsWrittenThroughALink() throws Exception {
        var packed = Packed.of(tar -> {
            Packed.file(tar, "real/kept", "kept", 0644);
            Packed.link(tar, "alias", "real/kept");
            Packed.file(tar, "alias", "overwritten", 0644);
        });

        assertThatThrownBy(() -> unpack(packed)).isInstanceOf(IOException.class);
        assertThat(target.resolve("real/kept")).hasContent("kept");
    }

    @Test
    void aDirectoryIsNotMadeThroughALink() throws Exception {
        var packed = Packed.of(tar -> {
            Packed.file(tar, "real/kept", "kept", 0644);
            Packed.link(tar, "alias", "real");
            Packed.file(tar, "alias/added", "added", 0644);
        });

        assertThatThrownBy(() -> unpack(packed)).isInstanceOf(IOException.class);
        assertThat(target.resolve("real/added")).doesNotExist();
    }

    @Test
    void hardLinksAndDevicesAreRefused() throws Exception {
        for (var kind : new byte[]{TarConstants.LF_LINK, TarConstants.LF_CHR, TarConstants.LF_FIFO}) {
            var packed = Packed.of(tar -> {
                var entry = new TarArchiveEntry("thing", kind);
                entry.setLinkName("other");
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
            });

            assertThatThrownBy(() -> unpack(packed)).as("kind %s", (char) kind).isInstanceOf(IOException.class)
                    .hasMessageContaining("no file");
        }
    }

    @Test
    void anEmptyArchiveIsRefused() throws Exception {
        var packed = Packed.of(_ -> {
        });

        assertThatThrownBy(() -> unpack(packed)).hasMessageContaining("it is empty");
    }

    @Test
    void anArchiveCutOrAlteredAnywhereIsRefused() throws Exception {
        var packed = Packed.of(tar -> Packed.file(tar, "data", "0123456789".repeat(5_000), 0644));

        for (var at = 0; at < packed.length; at++) {
            var cut = Arrays.copyOf(packed, at);
            var altered = packed.clone();
            altered[at] ^= 0x40;
            assertThatThrownBy(() -> again(cut)).as("cut at %s", at).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> again(altered)).as("altered at %s", at).isInstanceOf(IOException.class);
        }
    }

    private void again(byte[] packed) throws IOException {
        Txz.unpack(new ByteArrayInputStream(packed), Files.createTempDirectory(target, "again").toRealPath(), "test");
    }

    private Txz.Contents unpack(byte[] packed) throws IOException {
        return Txz.unpack(new ByteArrayInputStream(packed), target, "test");
    }
}
