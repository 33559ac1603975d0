// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.postgres.restore.ReadRecoverable;
import dev.muster.postgres.restore.Recoverable;
import dev.muster.postgres.wal.receive.Policy;
import dev.muster.postgres.wal.receive.ReceiverState;
import dev.muster.postgres.wal.receive.Rpo;
import dev.muster.postgres.wal.receive.StateFile;
import dev.muster.vault.Vault;
import dev.muster.vault.wal.WalArchive;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out how well a system is protected: from its repository alone on any host, and from its receiver where that runs.
 */
public final class ReadStatus {

    private final InstantSource clock;
    private final Path stateDirectory;

    public ReadStatus(InstantSource clock, Path stateDirectory) {
        this.clock = clock;
        this.stateDirectory = stateDirectory;
    }

    /** How it is now. The receiver is asked before the repository, which only grows meanwhile. */
    public SystemStatus read(ProtectedSystem system, Vault vault, WalArchive archive) throws InterruptedException {
        var now = clock.instant();
        var found = new StateFile(StreamSystem.stateFile(stateDirectory, system.name())).find();
        var running = found.filter(each -> each.isRunning(now)).map(StateFile.Found::state);
        var recoverable = new ReadRecoverable(vault, archive).read(system.name());
        var points = new ReadRecoveryPoints(vault, archive).read(recoverable);
        var stored = StoredLog.read(recoverable, archive);
        var counts = running.filter(state -> leadsTo(recoverable, state));
        var loss = counts.isPresent()
                ? measured(counts.get())
                : aged(points, archive, now, found.isPresent());
        var useless = found.isPresent()
                ? running.isPresent() && counts.isEmpty()
                : stored.stream().findFirst().filter(log -> !log.reached()).isPresent();
        var restore = LastRestore.read(vault.proofs(), system.name());
        return new SystemStatus(system, now, points, found.map(StateFile.Found::state), running.isPresent(), stored,
                loss, new SystemStatus.KeyEpoch(vault.keys().charter().newestEpoch(), vault.keys().newestEpochBegun()),
                restore,
                unproven(points, useless, restore.isPresent(),
                        found.flatMap(each -> LostLog.find(each.state(), recoverable.histories()))));
    }

    /** Whether what the receiver has stored can be reached from a snapshot: other WAL is of no use. */
    private static boolean leadsTo(Recoverable recoverable, ReceiverState state) {
        return state.server().isPresent() && recoverable.reaches().stream()
                .anyMatch(reach -> reach.last().incarnation().hex().equals(state.server().get().incarnation())
                        && !reach.end().isBefore(state.log().stored()));
    }

    private static Loss measured(ReceiverState state) {
        var policy = state.promise().policy();
        var spoolCounts = policy.synchronous() && policy.durability() == Policy.Durability.SPOOL;
        return switch (spoolCounts ? state.log().spoolRpo() : state.log().storeRpo()) {
            case Rpo.Known known -> new Loss.Measured(known.age());
            case Rpo.Unknown unknown -> new Loss.Unknown(unknown.age(), Optional.of(unknown.silent()));
            case Rpo.Never never -> new Loss.Unknown(never.age(), Optional.empty());
        };
    }

    private static Loss aged(RecoveryPoints points, WalArchive archive, Instant now, boolean hadReceiver)
            throws InterruptedException {
        var newest = points.newest();
        if (newest.isEmpty()) {
            return new Loss.Everything();
        }
        var stored =
                points.isOfPrimary(newest.get()) ? stored(points, newest.get(), archive) : Optional.<Instant>empty();
        var loss = aged(newest.get(), stored, now);
        return loss instanceof Loss.Aged aged && !hadReceiver ? new Loss.Unseen(aged.age()) : loss;
    }

    /** When what leads to the newest moment was received, by the clock of the host that did; empty if nobody can say. */
    private static Optional<Instant> stored(RecoveryPoints points, Instant newest, WalArchive archive)
            throws InterruptedException {
        for (var window : points.windows()) {
            if (window.to().filter(newest::equals).isPresent()) {
                var span = window.span();
                return window.isSnapshotAlone()
                        ? Optional.of(span.points().getLast().taken())
                        : archive.receivedAt(span.history().incarnation(), span.end().value());
            }
        }
        return Optional.empty();
    }

    /**
     * The newest moment is by the primary's clock. If that is ahead the moment looks younger than it is, so the age counts
     * from when its WAL was received if that is longer ago. With no second clock, that of a standby, whose own does not
     * tell how far behind its primary it was, or one ahead of this host's, the difference is no measure.
     */
    static Loss aged(Instant newest, Optional<Instant> stored, Instant now) {
        if (newest.isAfter(now)) {
            return new Loss.Unknown(Duration.ZERO, Optional.empty());
        }
        var age = Duration.between(newest, now);
        if (stored.isEmpty() || stored.get().isAfter(now)) {
            return new Loss.Unknown(age, Optional.empty());
        }
        var kept = Duration.between(stored.get(), now);
        return new Loss.Aged(age.compareTo(kept) < 0 ? kept : age);
    }

    private static List<String> unproven(RecoveryPoints points, boolean uselessLog, boolean cameBack,
            Optional<String> lost) {
        var unproven = new ArrayList<String>();
        lost.ifPresent(unproven::add);
        if (points.snapshots().isEmpty()) {
            unproven.add("There is no snapshot: nothing can be restored.");
        } else if (!cameBack) {
            unproven.add("No restore was ever tested: restore a snapshot to a directory of its own, and look at it.");
        }
        points.snapshots().stream().filter(point -> !point.restorable()).findFirst()
                .ifPresent(point -> unproven.add("Snapshot " + point.snapshot().shortId()
                        + " cannot be restored: its WAL is not in the repository. Run 'muster repo check'."));
        points.snapshots().stream().findFirst().filter(point -> point.snapshot().facts().data().badPages() > 0)
                .ifPresent(
                        point -> unproven.add("The newest snapshot holds pages that the server's disk had damaged."));
        if (uselessLog) {
            unproven.add("WAL is received that no snapshot leads to: take a backup.");
        }
        return unproven;
    }
}
