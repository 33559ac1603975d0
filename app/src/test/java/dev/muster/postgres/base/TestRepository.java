// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.store.file.FileStore;
import dev.muster.vault.Instruments;
import dev.muster.vault.RepositoryStats;
import dev.muster.vault.Vault;
import dev.muster.vault.key.KeySource;
import dev.muster.vault.key.NewRepository;
import dev.muster.work.CrashPoints;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/** A repository in a directory, as large as users' ones. */
public final class TestRepository implements AutoCloseable {

    private static final int WORKERS = 2;

    private final FileStore store;
    private final Vault vault;

    private TestRepository(FileStore store, Vault vault) {
        this.store = store;
        this.vault = vault;
    }

    public static TestRepository create(Path directory) throws InterruptedException {
        var random = new SecureRandom();
        var store = FileStore.create(directory.resolve("repository"), random);
        try (var key = KeySource.raw(new byte[32])) {
            return new TestRepository(store,
                    Vault.create(store, NewRepository.DEFAULT, key, "owner",
                            instruments(directory, CrashPoints.none())));
        }
    }

    /** Another process on the same repository. */
    public static TestRepository open(Path directory, CrashPoints crashPoints) throws InterruptedException {
        return open(directory, crashPoints, new byte[32]);
    }

    /** With a key of its own. */
    public static TestRepository open(Path directory, CrashPoints crashPoints, byte[] secret)
            throws InterruptedException {
        var store = FileStore.open(directory.resolve("repository"), new SecureRandom());
        try (var key = KeySource.raw(secret)) {
            return new TestRepository(store, Vault.open(store, key, instruments(directory, crashPoints)));
        }
    }

    private static Instruments instruments(Path directory, CrashPoints crashPoints) {
        return new Instruments(InstantSource.system(), new SecureRandom(), directory.resolve("state"), WORKERS,
                crashPoints);
    }

    public Vault vault() {
        return vault;
    }

    /** How large it is. */
    public long bytes() throws InterruptedException {
        RepositoryStats stats = vault.stats();
        return stats.total().bytes();
    }

    @Override
    public void close() {
        vault.close();
        store.close();
    }
}
