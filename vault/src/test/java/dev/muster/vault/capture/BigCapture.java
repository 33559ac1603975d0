// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.store.Store;
import dev.muster.store.file.FileStore;
import dev.muster.vault.Instruments;
import dev.muster.vault.Vault;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.key.KeySource;
import dev.muster.vault.key.NewRepository;
import dev.muster.vault.snapshot.BlockVisitor;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.SnapshotReader;
import dev.muster.vault.tree.ContentCheck;
import dev.muster.vault.tree.FileEntry;
import dev.muster.work.Scope;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** Captures files of 64 MiB with two threads into a directory, reads them all back, and compares check sums. */
final class BigCapture {

    private static final int FILE_BYTES = 64 << 20;
    private static final int PIECE_BYTES = 1 << 20;

    private BigCapture() {}

    /** Arguments: a directory, and how many mebibytes. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        int files = Integer.parseInt(arguments[1]) / 64;
        SecureRandom random = new SecureRandom();
        try (Store store = FileStore.create(directory.resolve("store"), random);
                KeySource key = KeySource.raw(new byte[32]);
                Vault vault = Vault.create(store, NewRepository.DEFAULT, key, "k",
                        new Instruments(Clock.systemUTC(), random, directory.resolve("state"), 2))) {
            List<Integer> sums = new ArrayList<>();
            for (int file = 0; file < files; file++) {
                sums.add(0);
            }
            SnapshotHead head = capture(vault, sums);
            Runtime runtime = Runtime.getRuntime();
            System.out.printf("%d MiB in %d files, %d MiB of frames, heap %d MiB%n",
                    head.body().counts().logicalBytes() >> 20, head.body().counts().files(),
                    head.body().counts().newFrameBytes() >> 20, runtime.maxMemory() >> 20);
            compare(vault.read(head), sums);
            System.out.println("all read back");
        }
    }

    private static SnapshotHead capture(Vault vault, List<Integer> sums) throws Exception {
        try (CaptureSession session = vault.capture(TestVault.request())) {
            session.directory(FileEntry.directory("", 0700, SourceTree.TIME));
            try (Scope scope = Scope.open("files", 2)) {
                for (int file = 0; file < sums.size(); file++) {
                    int number = file;
                    scope.fork(() -> write(session, number, sums));
                }
                scope.join();
            }
            return session.commit(TestVault.draft());
        }
    }

    private static void write(CaptureSession session, int number, List<Integer> sums) throws InterruptedException {
        CRC32C crc = new CRC32C();
        SplittableRandom noise = new SplittableRandom(number);
        byte[] piece = new byte[PIECE_BYTES];
        try (FileSink sink = session.file(FileEntry.file("f" + number, 0600, SourceTree.TIME))) {
            for (int at = 0; at < FILE_BYTES; at += PIECE_BYTES) {
                halfNoise(piece, noise);
                crc.update(piece);
                sink.write(piece, 0, piece.length);
            }
            sink.finish(new ContentCheck.Crc32c((int) crc.getValue()));
        }
        synchronized (sums) {
            sums.set(number, (int) crc.getValue());
        }
    }

    /** Eight bytes of noise, eight that repeat. */
    private static void halfNoise(byte[] piece, SplittableRandom noise) {
        for (int at = 0; at < piece.length; at += 16) {
            long value = noise.nextLong();
            for (int index = 0; index < 8; index++) {
                piece[at + index] = (byte) (value >>> (8 * index));
            }
        }
    }

    private static void compare(SnapshotReader reader, List<Integer> sums) throws InterruptedException {
        for (int file = 0; file < sums.size(); file++) {
            FileEntry entry = reader.entry("f" + file).orElseThrow();
            CRC32C crc = new CRC32C();
            reader.fetch(entry, new BlockVisitor() {
                @Override
                public void block(FileEntry of, long position, byte[] bytes) {
                    crc.update(bytes);
                }

                @Override
                public void zeros(FileEntry of, long position, long length) {
                    throw new IllegalStateException("there are none");
                }
            });
            boolean same = (int) crc.getValue() == sums.get(file)
                    && entry.check().equals(new ContentCheck.Crc32c(sums.get(file)));
            if (!same) {
                throw new IllegalStateException("file " + file + " comes back otherwise");
            }
        }
    }
}
