// SPDX-License-Identifier: Apache-2.0

import dev.muster.store.Store;
import dev.muster.store.file.FileStore;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.Instruments;
import dev.muster.vault.Vault;
import dev.muster.vault.capture.CaptureRequest;
import dev.muster.vault.capture.CaptureSession;
import dev.muster.vault.capture.FileSink;
import dev.muster.vault.capture.SnapshotDraft;
import dev.muster.vault.key.KeySource;
import dev.muster.vault.key.NewRepository;
import dev.muster.vault.snapshot.BlockVisitor;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.SnapshotReader;
import dev.muster.vault.tree.ContentCheck;
import dev.muster.vault.tree.FileEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** MB/s (10^6) of captures and fetches, of source bytes: three kinds of data, store in memory and in a directory. */
final class CaptureSpeed {

    private static final int PIECE_BYTES = 8 << 20;

    private final Path folder;
    private final int megabytes;
    private final int workers = Runtime.getRuntime().availableProcessors();

    private CaptureSpeed(Path folder, int megabytes) {
        this.folder = folder;
        this.megabytes = megabytes;
    }

    public static void main(String[] arguments) throws Exception {
        CaptureSpeed speed = new CaptureSpeed(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        int rounds = Integer.parseInt(arguments[2]);
        for (Data data : Data.values()) {
            for (boolean inMemory : new boolean[]{true, false}) {
                speed.measure(data, inMemory, rounds);
            }
        }
    }

    private enum Data {
        ROWS, PADDED, NOISE;

        /** A piece that occurs nowhere else: rows as a clinic has them, rows with blanks as pgbench's, or noise. */
        byte[] piece(long seed) {
            Random dice = new Random(seed);
            byte[] noise = new byte[PIECE_BYTES];
            dice.nextBytes(noise);
            if (this == NOISE) {
                return noise;
            }
            StringBuilder text = new StringBuilder(PIECE_BYTES + 1000);
            for (int row = 0; text.length() < PIECE_BYTES; row++) {
                text.append(seed * 10_000_000L + row).append('\t');
                if (this == ROWS) {
                    text.append(HexFormat.of().formatHex(noise, row * 16 % 1_000_000, row * 16 % 1_000_000 + 16))
                            .append("\t2026-07-01 12:").append(dice.nextInt(60)).append('.').append(dice.nextInt(999_999))
                            .append("\tstatus ").append(dice.nextInt(5)).append('\n');
                } else {
                    text.append(dice.nextInt(1000)).append('\t').append(" ".repeat(84)).append('\n');
                }
            }
            byte[] bytes = new byte[PIECE_BYTES];
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = (byte) text.charAt(at);
            }
            return bytes;
        }
    }

    private void measure(Data data, boolean inMemory, int rounds) throws Exception {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < Math.min(16, megabytes / 8); at++) {
            pieces.add(data.piece(at));
        }
        List<Double> captures = new ArrayList<>();
        List<Double> again = new ArrayList<>();
        List<Double> fetches = new ArrayList<>();
        double ratio = 0;
        for (int round = 0; round < rounds; round++) {
            Path directory = Files.createTempDirectory(folder, "round");
            SecureRandom random = new SecureRandom();
            try (Store store = inMemory ? new MemoryStore(Clock.systemUTC()) : FileStore.create(directory.resolve("store"), random);
                    Vault vault = Vault.create(store, NewRepository.DEFAULT, KeySource.raw(new byte[32]), "k",
                            new Instruments(Clock.systemUTC(), random, directory.resolve("state"), workers))) {
                long started = System.nanoTime();
                SnapshotHead head = capture(vault, pieces);
                captures.add(rate(started));
                ratio = head.body().counts().logicalBytes() / (double) head.body().counts().newFrameBytes();
                started = System.nanoTime();
                capture(vault, pieces);
                again.add(rate(started));
                started = System.nanoTime();
                fetch(vault.read(head));
                fetches.add(rate(started));
            }
            remove(directory);
        }
        System.out.printf("%-7s %-9s ratio %5.2f  capture %s  again %s  fetch %s%n", data, inMemory ? "memory" : "directory",
                ratio, shown(captures), shown(again), shown(fetches));
    }

    /** Each piece once as it is and then with the number of its repetition in every 4 KiB: nothing is deduplicated. */
    private SnapshotHead capture(Vault vault, List<byte[]> pieces) throws Exception {
        try (CaptureSession session = vault.capture(CaptureRequest.of("files", "s", "c", "h"))) {
            for (int file = 0; file * 64 < megabytes; file++) {
                try (FileSink sink = session.file(FileEntry.file("f" + file, 0600, Instant.EPOCH))) {
                    for (int piece = 0; piece < 8; piece++) {
                        byte[] bytes = pieces.get((file * 8 + piece) % pieces.size());
                        mark(bytes, file * 8 + piece);
                        sink.write(bytes, 0, bytes.length);
                    }
                    sink.finish(ContentCheck.none());
                }
            }
            return session.commit(new SnapshotDraft(Instant.EPOCH, List.of(), Map.of()));
        }
    }

    private static void mark(byte[] bytes, int number) {
        for (int at = 0; at < bytes.length; at += 4096) {
            bytes[at] = (byte) number;
            bytes[at + 1] = (byte) (number >>> 8);
        }
    }

    private static void fetch(SnapshotReader reader) throws Exception {
        List<FileEntry> files = new ArrayList<>();
        reader.entries(entry -> {
            if (entry.size() > 0) {
                files.add(entry);
            }
        });
        reader.fetch(files, new BlockVisitor() {
            @Override
            public void block(FileEntry file, long position, byte[] bytes) {}

            @Override
            public void zeros(FileEntry file, long position, long length) {}
        });
    }

    private double rate(long started) {
        return megabytes / 64 * 64 * 1048576.0 / 1e6 / ((System.nanoTime() - started) / 1e9);
    }

    private static String shown(List<Double> rates) {
        rates.sort(null);
        return "%.0f (%.0f to %.0f)".formatted(rates.get(rates.size() / 2), rates.getFirst(), rates.getLast());
    }

    private static void remove(Path directory) throws IOException {
        try (var all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
