// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.wire.replication.BackupStart;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Tells whoever watches how far a backup is, at most a few times a second. */
final class BackupWatch implements ReceiveBackup.Watcher {

    private static final long EVERY_NANOS = 100_000_000;
    private static final int KIB = 1024;

    private final Consumer<BackupProgress> observer;
    private final LongSupplier nanoTime;
    private BackupProgress.Phase phase = BackupProgress.Phase.CHECKPOINT;
    private OptionalLong total = OptionalLong.empty();
    private long phaseBegan;
    private long told;

    BackupWatch(Consumer<BackupProgress> observer, LongSupplier nanoTime) {
        this.observer = observer;
        this.nanoTime = nanoTime;
        enter(BackupProgress.Phase.CHECKPOINT, OptionalLong.empty());
    }

    void enter(BackupProgress.Phase newPhase, OptionalLong newTotal) {
        phase = newPhase;
        total = newTotal;
        phaseBegan = nanoTime.getAsLong();
        tell(0);
    }

    /** How long the phase has lasted. */
    Duration elapsed() {
        return Duration.ofNanos(nanoTime.getAsLong() - phaseBegan);
    }

    @Override
    public void begins(BackupStart start) {
        var kib = start.tablespaces().stream().map(BackupStart.Tablespace::estimatedKib)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .sum();
        enter(BackupProgress.Phase.FILES, OptionalLong.of(kib * KIB));
    }

    @Override
    public void received(long bytes) {
        if (nanoTime.getAsLong() - told >= EVERY_NANOS) {
            tell(bytes);
        }
    }

    private void tell(long bytes) {
        told = nanoTime.getAsLong();
        observer.accept(new BackupProgress(phase, bytes, total, elapsed()));
    }
}
