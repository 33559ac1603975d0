// SPDX-License-Identifier: Apache-2.0

import dev.muster.store.BlobInfo;
import dev.muster.store.Capabilities;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.MeteredStore;
import dev.muster.store.MeteredStore.Verb;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Store;
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
import dev.muster.vault.snapshot.FileReader;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.SnapshotReader;
import dev.muster.vault.tree.ContentCheck;
import dev.muster.vault.tree.FileEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A hundred generations of one database, and what it costs to read the newest: whole, and lazily at random places over a
 * store that answers each request after 30 ms. For each block size that is asked for.
 *
 * <p>A generation writes 1 % of the pages, four of five of them among the tenth that is written most, and adds 0.1 %. The
 * seed is fixed: each run captures the same bytes.
 */
final class ChurnSet {

    private static final long SEED = 20_261_120;
    private static final int PAGE_BYTES = 8 << 10;
    private static final int FILES = 16;
    private static final int ROW_BYTES = 128;
    private static final int LAZY_READS = 300;
    private static final Duration LATENCY = Duration.ofMillis(30);

    private final Path folder;
    private final int pages;
    private final int generations;
    private final byte[] rows = rows();

    private ChurnSet(Path folder, int megabytes, int generations) {
        this.folder = folder;
        this.pages = megabytes * ((1 << 20) / PAGE_BYTES);
        this.generations = generations;
    }

    public static void main(String[] arguments) throws Exception {
        ChurnSet churn = new ChurnSet(Path.of(arguments[0]), Integer.parseInt(arguments[1]),
                Integer.parseInt(arguments[2]));
        System.out.printf("%d MB, %d generations, latency %d ms, seed %d%n", Integer.parseInt(arguments[1]),
                churn.generations, LATENCY.toMillis(), SEED);
        for (String kib : Arrays.asList(arguments).subList(3, arguments.length)) {
            churn.measure(Integer.parseInt(kib) << 10);
        }
    }

    /** Half of a row is words that occur often, half of it occurs nowhere else: about 2.5 to 1 with zstd. */
    private static byte[] rows() {
        String words = "scheduled completed cancelled nurse visit morning evening medication insulin dressing "
                + "signed verified billing pending approved note follow-up caregiver client service plan ";
        Random dice = new Random(SEED);
        byte[] rows = new byte[1 << 20];
        for (int at = 0; at < rows.length; at++) {
            rows[at] = at % ROW_BYTES < 72
                    ? (byte) words.charAt((at % ROW_BYTES + at / ROW_BYTES * 7) % words.length())
                    : (byte) ("0123456789abcdef".charAt(dice.nextInt(16)));
        }
        return rows;
    }

    private void page(int number, int version, byte[] target, int offset) {
        long state = SEED ^ (number * 0x9E3779B97F4A7C15L) ^ (version * 0xC2B2AE3D27D4EB4FL);
        for (int at = 0; at < PAGE_BYTES; at += ROW_BYTES) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            System.arraycopy(rows, (int) (state >>> 40) % (rows.length / ROW_BYTES) * ROW_BYTES, target, offset + at,
                    ROW_BYTES);
            for (int digit = 0; digit < 24; digit++) {
                target[offset + at + digit] = (byte) ('a' + ((state >>> digit * 2) & 15));
            }
        }
    }

    private void measure(int blockBytes) throws Exception {
        Path directory = Files.createTempDirectory(folder, "churn");
        SecureRandom random = new SecureRandom();
        try (Store store = new MemoryStore(Clock.systemUTC())) {
            MeteredStore writing = new MeteredStore(store);
            List<SnapshotHead> heads;
            try (Vault vault = Vault.create(writing, new NewRepository(blockBytes, NewRepository.DEFAULT.packBytes()),
                    KeySource.raw(new byte[32]), "k",
                    new Instruments(Clock.systemUTC(), random, directory.resolve("writer"), 2))) {
                heads = generations(vault, writing, blockBytes);
            }
            for (int generation : List.of(0, 9, 29, generations - 1)) {
                if (generation < heads.size()) {
                    read(store, heads.get(generation), generation + 1, directory.resolve("reader" + generation));
                }
            }
        } finally {
            remove(directory);
        }
    }

    private List<SnapshotHead> generations(Vault vault, MeteredStore store, int blockBytes) throws Exception {
        Random dice = new Random(SEED);
        int[] versions = new int[pages];
        int length = pages;
        List<SnapshotHead> heads = new ArrayList<>();
        long first = 0;
        for (int generation = 0; generation < generations; generation++) {
            if (generation > 0) {
                versions = Arrays.copyOf(versions, length += pages / 1000);
                for (int write = 0; write < pages / 100; write++) {
                    versions[dice.nextInt(5) < 4 ? dice.nextInt(length / 10) * 10 : dice.nextInt(length)]++;
                }
            }
            heads.add(capture(vault, versions, generation));
            if (generation == 0) {
                first = store.count(Verb.PUT).bytes();
            }
        }
        long all = store.count(Verb.PUT).bytes();
        System.out.printf("block %3d KiB: first %.1f MB, each later generation %.2f MB, %d objects put%n",
                blockBytes >> 10, first / 1e6, (all - first) / 1e6 / Math.max(1, generations - 1),
                store.count(Verb.PUT).calls());
        return heads;
    }

    /** Pages lie in the files in turn: one file grows where another does. */
    private SnapshotHead capture(Vault vault, int[] versions, int generation) throws Exception {
        byte[] piece = new byte[1 << 20];
        int pagesAFile = (versions.length + FILES - 1) / FILES;
        try (CaptureSession session = vault.capture(CaptureRequest.of("files", "churn", "c", "h"))) {
            for (int file = 0; file < FILES; file++) {
                try (FileSink sink = session.file(FileEntry.file(name(file), 0600, Instant.EPOCH))) {
                    int filled = 0;
                    for (int page = 0; page < pagesAFile; page++) {
                        int number = page * FILES + file;
                        if (number < versions.length) {
                            page(number, versions[number], piece, filled);
                            filled += PAGE_BYTES;
                        }
                        if (filled == piece.length || page == pagesAFile - 1) {
                            sink.write(piece, 0, filled);
                            filled = 0;
                        }
                    }
                    sink.finish(ContentCheck.none());
                }
            }
            return session.commit(new SnapshotDraft(Instant.EPOCH, List.of(), Map.of("generation", "" + generation)));
        }
    }

    private static String name(int file) {
        return "relation" + (16384 + file);
    }

    /** Opens the repository as a stranger does, and reads. */
    private void read(Store store, SnapshotHead head, int generation, Path state) throws Exception {
        MeteredStore metered = new MeteredStore(new SlowStore(store, LATENCY));
        long started = System.nanoTime();
        try (Vault vault = Vault.open(metered, KeySource.raw(new byte[32]),
                new Instruments(Clock.systemUTC(), new SecureRandom(), state, 2))) {
            double opened = seconds(started);
            long requests = metered.count(Verb.GET).calls() + metered.count(Verb.LIST).calls();
            String lazily = lazily(vault.read(head), metered);
            String whole = whole(vault.read(head), metered);
            System.out.printf("  generation %3d: open %.2f s with %d requests; %s; %s%n", generation, opened, requests,
                    lazily, whole);
        }
    }

    private String lazily(SnapshotReader reader, MeteredStore store) throws Exception {
        Random dice = new Random(SEED);
        byte[] page = new byte[PAGE_BYTES];
        long[] took = new long[LAZY_READS];
        long started = System.nanoTime();
        FileReader first = reader.open(reader.entry(name(0)).orElseThrow());
        first.read(0, page, 0, page.length);
        double firstByte = seconds(started);
        long gets = store.count(Verb.GET).calls();
        long bytes = store.count(Verb.GET).bytes();
        for (int read = 0; read < LAZY_READS; read++) {
            FileEntry entry = reader.entry(name(dice.nextInt(FILES))).orElseThrow();
            long position = dice.nextInt((int) (entry.size() / PAGE_BYTES)) * (long) PAGE_BYTES;
            long begun = System.nanoTime();
            reader.open(entry).read(position, page, 0, page.length);
            took[read] = System.nanoTime() - begun;
        }
        Arrays.sort(took);
        return "first page %.2f s; a random page %.2f requests, %.0f kB, median %.0f ms, p99 %.0f ms".formatted(firstByte,
                (store.count(Verb.GET).calls() - gets) / (double) LAZY_READS,
                (store.count(Verb.GET).bytes() - bytes) / 1e3 / LAZY_READS, took[LAZY_READS / 2] / 1e6,
                took[LAZY_READS * 99 / 100] / 1e6);
    }

    private static String whole(SnapshotReader reader, MeteredStore store) throws Exception {
        List<FileEntry> files = new ArrayList<>();
        reader.entries(entry -> {
            if (entry.size() > 0) {
                files.add(entry);
            }
        });
        long gets = store.count(Verb.GET).calls();
        long bytes = store.count(Verb.GET).bytes();
        long[] plain = new long[1];
        long started = System.nanoTime();
        reader.fetch(files, new BlockVisitor() {
            @Override
            public void block(FileEntry file, long position, byte[] block) {
                plain[0] += block.length;
            }

            @Override
            public void zeros(FileEntry file, long position, long length) {
                plain[0] += length;
            }
        });
        double took = seconds(started);
        gets = store.count(Verb.GET).calls() - gets;
        bytes = store.count(Verb.GET).bytes() - bytes;
        return "whole %.1f s, %.0f MB/s, %.2f requests/MiB, %.1f MB read for %.1f MB".formatted(took,
                plain[0] / 1e6 / took, gets / (plain[0] / 1048576.0), bytes / 1e6, plain[0] / 1e6);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static void remove(Path directory) throws IOException {
        try (var all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /** Answers each request after a while, any number of them at once: a store across a network. */
    private record SlowStore(Store inner, Duration latency) implements Store {

        private void travel() {
            long until = System.nanoTime() + latency.toNanos();
            for (long left = latency.toNanos(); left > 0; left = until - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }

        @Override
        public BlobInfo put(Key key, Content content) throws InterruptedException {
            travel();
            return inner.put(key, content);
        }

        @Override
        public <R> R get(Key key, Range range, Reading<R> reading) throws InterruptedException {
            travel();
            return inner.get(key, range, reading);
        }

        @Override
        public Optional<BlobInfo> stat(Key key) throws InterruptedException {
            travel();
            return inner.stat(key);
        }

        @Override
        public void list(Prefix prefix, Each each) throws InterruptedException {
            travel();
            inner.list(prefix, each);
        }

        @Override
        public void delete(Key key) throws InterruptedException {
            travel();
            inner.delete(key);
        }

        @Override
        public Instant now() throws InterruptedException {
            travel();
            return inner.now();
        }

        @Override
        public Capabilities capabilities() {
            return inner.capabilities();
        }

        @Override
        public String place() {
            return inner.place();
        }

        @Override
        public void close() {}
    }
}
