// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Tar files under xz, made for a test. */
final class Packed {

    private static final int MODE_PROGRAM = 0755;

    private Packed() {}

    @FunctionalInterface
    interface Filling {
        void fill(TarArchiveOutputStream tar) throws IOException;
    }

    static byte[] of(Filling filling) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var xz = new XZOutputStream(bytes, new LZMA2Options(0)); var tar = new TarArchiveOutputStream(xz)) {
            filling.fill(tar);
        }
        return bytes.toByteArray();
    }

    /** What looks like an installation whose {@code postgres} is this script. */
    static byte[] program(String script) throws IOException {
        return of(tar -> {
            file(tar, "bin/postgres", script, MODE_PROGRAM);
            file(tar, "bin/initdb", "#!/bin/sh\n", MODE_PROGRAM);
            link(tar, "lib/libpq.so", "libpq.so.5");
            file(tar, "lib/libpq.so.5", "library", MODE_PROGRAM);
        });
    }

    /** A jar that holds this archive for this machine's platform. */
    static PostgresArchive jar(Path jar, byte[] packed, Machine machine) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry(machine.platform().archiveName()));
            zip.write(packed);
            zip.closeEntry();
        }
        return PostgresArchive.inJar(jar, machine.platform());
    }

    static void file(TarArchiveOutputStream tar, String name, String content, int mode) throws IOException {
        var bytes = content.getBytes(StandardCharsets.UTF_8);
        var entry = new TarArchiveEntry(name, true);
        entry.setMode(mode);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    static void link(TarArchiveOutputStream tar, String name, String to) throws IOException {
        var entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(to);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }
}
