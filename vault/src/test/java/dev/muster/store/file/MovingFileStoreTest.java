// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.file;

import dev.muster.disk.Disk;
import dev.muster.disk.InterceptedDisk;
import dev.muster.disk.InterceptedDisk.Operation;
import dev.muster.disk.LocalDisk;
import dev.muster.store.Store;
import dev.muster.store.StoreConformance;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A store on a file system without hard links. */
class MovingFileStoreTest extends StoreConformance {

    @TempDir
    Path above;

    @Override
    protected Store newStore() throws Exception {
        return FileStore.create(withoutLinks(), new Random(1));
    }

    private Disk withoutLinks() throws Exception {
        return new InterceptedDisk(LocalDisk.make(above.resolve("store")), step -> {
            if (step.operation() == Operation.LINK) {
                throw new FileSystemException(step.path(), null, "Operation not permitted");
            }
            return true;
        });
    }

    @Test
    void itSaysThatProcessesCanOverwriteEachOther() {
        assertThat(store().capabilities().conditionalPut()).isFalse();
    }
}
