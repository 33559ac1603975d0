// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.store.Store;
import dev.muster.store.file.FileStore;
import dev.muster.vault.Vault;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.snapshot.SnapshotHead;
import java.nio.file.Path;
import java.security.SecureRandom;

/** Captures into a store in a directory and ends without notice at a crash point. Prints what was committed. */
final class KilledCapture {

    static final int KILLED = 137;

    private KilledCapture() {}

    /** Arguments: store, state directory, crash point, seed of the tree. */
    public static void main(String[] arguments) throws Exception {
        try (Store store = FileStore.open(Path.of(arguments[0]), new SecureRandom())) {
            Vault vault = TestVault.open(store, Path.of(arguments[1]), new TestClock(), point -> {
                if (point.equals(arguments[2])) {
                    Runtime.getRuntime().halt(KILLED);
                }
            });
            SnapshotHead head = TestVault.capture(vault, tree(Long.parseLong(arguments[3])));
            System.out.println("committed " + head.id());
        }
    }

    static SourceTree tree(long seed) {
        return new SourceTree().file("a/large", 3_000_000, seed).file("b", 100, seed + 1).file("c", 70_000, seed + 2);
    }
}
