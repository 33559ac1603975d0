// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.file;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.work.Scope;
import java.nio.file.Path;
import java.util.Random;

/**
 * The program that {@link FileStoreKillTest} kills: puts and deletes without end, and prints what the store has
 * acknowledged: {@code + key} after a put, {@code ? key} before and {@code - key} after a delete.
 */
final class KilledWriter {

    private static final int WRITERS = 3;
    private static final int LENGTH_BYTES_MAX = 300_000;

    private KilledWriter() {}

    /** Arguments: the directory of the store, and a number that no other run has. */
    public static void main(String[] arguments) throws InterruptedException {
        var seed = Long.parseLong(arguments[1]);
        var store = FileStore.open(Path.of(arguments[0]), new Random(seed));
        try (var scope = Scope.open("write", WRITERS)) {
            for (var i = 0; i < WRITERS; i++) {
                var writer = i;
                scope.fork(() -> write(store, "w" + seed + "-" + writer));
            }
            scope.join();
        }
    }

    private static void write(FileStore store, String name) throws InterruptedException {
        for (var i = 0; i < Integer.MAX_VALUE; i++) {
            var key = Key.of("data/%02x/%s-%d".formatted(i % 32, name, i));
            store.put(key, Content.of(content(key)));
            say("+ " + key);
            if (i % 7 == 6) {
                say("? " + key);
                store.delete(key);
                say("- " + key);
            }
        }
    }

    /** One line at a time, whole: what is read from a killed program's output is what it said. */
    private static void say(String line) {
        synchronized (KilledWriter.class) {
            System.out.println(line);
            System.out.flush();
        }
    }

    /** What is put under a key. */
    static byte[] content(Key key) {
        var random = new Random(key.value().hashCode());
        var bytes = new byte[random.nextInt(LENGTH_BYTES_MAX)];
        random.nextBytes(bytes);
        return bytes;
    }
}
