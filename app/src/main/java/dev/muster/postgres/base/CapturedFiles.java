// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.vault.capture.CaptureSession;
import dev.muster.vault.capture.FileSink;
import dev.muster.vault.tree.ContentCheck;
import dev.muster.vault.tree.FileEntry;

/** The files of a snapshot that is being captured. */
record CapturedFiles(CaptureSession session) implements SnapshotFiles {

    @Override
    public void directory(FileEntry entry) {
        session.directory(entry);
    }

    @Override
    public OpenFile file(FileEntry draft) {
        return new Sink(session.file(draft));
    }

    @Override
    public OpenFile document(String name) {
        return new Sink(session.document(name));
    }

    private record Sink(FileSink sink) implements OpenFile {

        @Override
        public void write(byte[] bytes, int offset, int length) throws InterruptedException {
            sink.write(bytes, offset, length);
        }

        @Override
        public void finish(ContentCheck check) throws InterruptedException {
            sink.finish(check);
        }
    }
}
