// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.file;

import dev.muster.store.Key;
import dev.muster.store.ShortReadConformance;
import dev.muster.store.Store;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

class FileStoreShortReadTest extends ShortReadConformance {

    @TempDir
    Path above;

    @Override
    protected Store newStore() throws Exception {
        return FileStore.create(above.resolve("store"), new Random(1));
    }

    @Override
    protected void breakOff(Key key, int left) throws IOException {
        try (var file = new RandomAccessFile(above.resolve("store").resolve(key.value()).toFile(), "rw")) {
            file.setLength(left);
        }
    }
}
