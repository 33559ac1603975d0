// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.vault.tree.ContentCheck;
import dev.muster.vault.tree.FileEntry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps what it is given. */
final class FilesInMemory implements SnapshotFiles {

    final Map<String, FileEntry> directories = new TreeMap<>();
    final Map<String, byte[]> files = new TreeMap<>();
    final Map<String, ContentCheck> checks = new TreeMap<>();
    final Map<String, byte[]> documents = new TreeMap<>();

    @Override
    public void directory(FileEntry entry) {
        directories.put(entry.path(), entry);
    }

    @Override
    public OpenFile file(FileEntry draft) {
        return new Writing(draft.path(), files);
    }

    @Override
    public OpenFile document(String name) {
        return new Writing(name, documents);
    }

    List<String> lines(String document) {
        return new String(documents.getOrDefault(document, new byte[0]), StandardCharsets.UTF_8).lines().toList();
    }

    private final class Writing implements OpenFile {

        private final String path;
        private final Map<String, byte[]> into;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Writing(String path, Map<String, byte[]> into) {
            this.path = path;
            this.into = into;
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            bytes.write(from, offset, length);
        }

        @Override
        public void finish(ContentCheck check) {
            checks.put(path, check);
            if (into.put(path, bytes.toByteArray()) != null) {
                throw new IllegalStateException("twice: " + path);
            }
        }
    }
}
