// SPDX-License-Identifier: Apache-2.0

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.file.FileStore;
import dev.muster.work.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;

/** Run by file-store.sh: times a FileStore against cp and sync, in pairs whose order alternates. */
public final class FileStoreSpeed {

    private static final int OBJECTS = 8;
    private static final int OBJECT_BYTES = 32 << 20;
    private static final int SMALL_OBJECTS = 500;

    private enum Way {
        PUT_BY_ONE, PUT_BY_FOUR, CP_AND_SYNC_EACH, CP_ALL_AND_SYNC
    }

    private final Path folder;
    private final FileStore store;
    private final byte[][] contents = new byte[OBJECTS][OBJECT_BYTES];

    private FileStoreSpeed(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.store = FileStore.create(folder.resolve("store"), new SecureRandom());
        var random = new Random(1);
        Files.createDirectory(folder.resolve("from"));
        Files.createDirectory(folder.resolve("to"));
        for (var i = 0; i < OBJECTS; i++) {
            random.nextBytes(contents[i]);
            Files.write(folder.resolve("from/" + i), contents[i]);
        }
        run("sync -f .");
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var speed = new FileStoreSpeed(Path.of(arguments[0]));
        var rounds = Integer.parseInt(arguments[1]);
        var rates = new double[Way.values().length][rounds];
        for (var round = 0; round < rounds + 1; round++) {
            for (var i = 0; i < rates.length; i++) {
                var way = Way.values()[round % 2 == 0 ? i : rates.length - 1 - i];
                var rate = speed.rate(way);
                // The first round warms up.
                if (round > 0) {
                    rates[way.ordinal()][round - 1] = rate;
                }
            }
        }
        for (var way : Way.values()) {
            var sorted = rates[way.ordinal()];
            Arrays.sort(sorted);
            System.out.printf("%-17s %5.0f MB/s  (%.0f to %.0f)%n", way, sorted[rounds / 2], sorted[0],
                    sorted[rounds - 1]);
        }
        speed.smallObjects();
    }

    private double rate(Way way) throws InterruptedException, IOException {
        var begin = System.nanoTime();
        switch (way) {
            case PUT_BY_ONE -> put(1);
            case PUT_BY_FOUR -> put(4);
            case CP_AND_SYNC_EACH -> run("for f in from/*; do cp $f to/ && sync to/${f#from/}; done");
            case CP_ALL_AND_SYNC -> run("cp from/* to/ && sync -f to");
        }
        var seconds = (System.nanoTime() - begin) / 1e9;
        store.list(Prefix.everything(), blob -> store.delete(blob.key()));
        run("rm -f to/* && sync -f to");
        return (double) OBJECTS * OBJECT_BYTES / 1e6 / seconds;
    }

    private void put(int threads) throws InterruptedException {
        try (var scope = Scope.open("put", threads)) {
            for (var i = 0; i < OBJECTS; i++) {
                var key = Key.of("data/" + i % 4 + "/" + i);
                var content = Content.of(contents[i]);
                scope.fork(() -> {
                    store.put(key, content);
                });
            }
            scope.join();
        }
    }

    private void smallObjects() throws InterruptedException {
        for (var threads : new int[]{1, 16}) {
            var begin = System.nanoTime();
            try (var scope = Scope.open("put", threads)) {
                for (var i = 0; i < SMALL_OBJECTS; i++) {
                    var key = Key.of("small/" + threads + "/" + i);
                    var content = Content.of(contents[0], i, 1000);
                    scope.fork(() -> {
                        store.put(key, content);
                    });
                }
                scope.join();
            }
            System.out.printf("put of 1 kB, %2d threads: %.2f ms each%n", threads, millisEach(begin, SMALL_OBJECTS));
        }
        store.put(Key.of("large"), Content.of(contents[0]));
        var begin = System.nanoTime();
        for (var i = 0; i < 20_000; i++) {
            store.read(Key.of("large"), Range.of(i * 65_537L % (OBJECT_BYTES - 65_536), 65_536));
        }
        System.out.printf("read of 64 KiB, cached: %.3f ms each%n", millisEach(begin, 20_000));
    }

    private static double millisEach(long begin, int calls) {
        return (System.nanoTime() - begin) / 1e6 / calls;
    }

    private void run(String command) throws IOException, InterruptedException {
        var status = new ProcessBuilder("sh", "-ec", command).directory(folder.toFile()).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(command + " ended with " + status);
        }
    }
}
