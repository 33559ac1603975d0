// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A reader of base backups that writes each archive to a file, and keeps the manifest. */
class BackupFiles implements BackupReader {

    private final Path directory;
    private final Map<String, String> locations = new LinkedHashMap<>();
    private final Map<String, Path> archives = new LinkedHashMap<>();
    private final StringBuilder manifest = new StringBuilder();
    private final List<Long> progress = new ArrayList<>();
    private @Nullable BackupStart start;
    private @Nullable OutputStream output;

    BackupFiles(Path directory) {
        this.directory = directory;
    }

    @Override
    public void begins(BackupStart begun) {
        start = begun;
    }

    @Override
    public void archiveBegins(String name, String location) {
        try {
            close();
            var file = directory.resolve(name);
            output = Files.newOutputStream(file);
            archives.put(name, file);
            locations.put(name, location);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void archiveBytes(ByteBuffer bytes) {
        try {
            Objects.requireNonNull(output).write(bytes.array(), bytes.arrayOffset() + bytes.position(),
                    bytes.remaining());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void progress(long bytes) {
        progress.add(bytes);
    }

    @Override
    public void manifestBytes(ByteBuffer bytes) {
        manifest.append(StandardCharsets.UTF_8.decode(bytes));
    }

    void close() throws IOException {
        if (output != null) {
            output.close();
        }
    }

    BackupStart start() {
        return Objects.requireNonNull(start);
    }

    /** Archives by name, in the order in which they came. */
    Map<String, Path> archives() {
        return archives;
    }

    Map<String, String> locations() {
        return locations;
    }

    String manifest() {
        return manifest.toString();
    }

    List<Long> progress() {
        return progress;
    }

    Path archive(String name) {
        return Objects.requireNonNull(archives.get(name), "no archive " + name);
    }
}
