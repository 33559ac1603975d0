// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.log;

import dev.muster.fault.Fault;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.base.BackupLog;
import dev.muster.postgres.base.manifest.WalRange;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.vault.object.Uid;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.wal.Lineage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A log that the backup brings itself while a receiver may begin. The two find each other and make one history; should they
 * not have, the backup belongs to the receiver's if that has all that is needed too: it goes on after the backup, and the
 * backup's own ends.
 */
final class HandOver implements BackupLog.Keeping {

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    /** A receiver that runs and brings nothing for so long is not waited for: what the backup needs is there without it. */
    private static final Duration NO_PROGRESS_MAX = Duration.ofSeconds(10);

    /** Older histories of which nothing reaches the backup are not a receiver's that runs now. */
    private static final Duration BEGINNING_MAX = Duration.ofMinutes(5);

    private final LogTools tools;
    private final ProveLog proof;
    private final BackupLog.Keeping own;
    private final FindReceiver receiver;
    private final ConnectionSettings settings;
    private Optional<Brought> brought = Optional.empty();

    HandOver(LogTools tools, ConnectionSettings settings, BackupLog.Keeping own, FindReceiver receiver) {
        this.tools = tools;
        this.settings = settings;
        this.proof = new ProveLog(tools, settings);
        this.own = own;
        this.receiver = receiver;
    }

    /**
     * What the backup belongs to.
     *
     * @param last of what it needs
     * @param history in which that is
     * @param handedOver whether it is not the backup's own
     */
    private record Brought(WalRange last, Uid history, boolean handedOver) {}

    @Override
    public List<WalNeed> await(List<WalRange> ranges, Consumer<Lsn> durable) throws InterruptedException {
        var mine = own.await(ranges, durable);
        var received = received(ranges, mine.getLast().incarnation());
        var needs = received.orElse(mine);
        brought = Optional.of(new Brought(ranges.getLast(), needs.getLast().incarnation(), received.isPresent()));
        return needs;
    }

    @Override
    public BackupLog.Source source() throws InterruptedException {
        var after = receiver.after(settings);
        if (brought.filter(Brought::handedOver).isPresent()) {
            var text = "brought by a WAL receiver that began meanwhile";
            return new BackupLog.Source(
                    after == BackupLog.After.NOBODY ? text + " and does not run any more" : text, after);
        }
        var alone = own.source().text();
        if (after != BackupLog.After.RECEIVER) {
            return new BackupLog.Source(alone, after);
        }
        try {
            return isThereAnother()
                    ? new BackupLog.Source(alone, BackupLog.After.MAYBE_ANOTHER_HISTORY)
                    : new BackupLog.Source(alone + ", and gone on with by the WAL receiver that began meanwhile",
                            after);
        } catch (Fault e) {
            return new BackupLog.Source(alone, BackupLog.After.UNKNOWN);
        }
    }

    /** Whether somebody else has stored, in a history of its own, what was written while the backup ran. */
    private boolean isThereAnother() throws InterruptedException {
        if (brought.isPresent()) {
            for (var other : others(brought.get().last(), brought.get().history())) {
                if (!tools.archive().cover(other.incarnation()).isEmpty()) {
                    return true;
                }
            }
        }
        return false;
    }

    private Optional<List<WalNeed>> received(List<WalRange> ranges, Uid mine) throws InterruptedException {
        var needs = new ResolveNeeds(tools.archive(), ranges);
        var furthest = Lsn.ZERO;
        var since = now();
        while (true) {
            var others = others(ranges.getLast(), mine);
            if (others.isEmpty() || !receiver.runs(settings)) {
                return Optional.empty();
            }
            for (var other : others) {
                var found = needs.along(other.incarnation());
                if (found.isPresent() && proof.isOurs(other, found.get().getLast())) {
                    return found;
                }
                var reached = needs.reached(other.incarnation());
                since = reached.isAfter(furthest) ? now() : since;
                furthest = reached.isAfter(furthest) ? reached : furthest;
            }
            if (now() - since > NO_PROGRESS_MAX.toNanos()) {
                return Optional.empty();
            }
            tools.waiting().pause(LOOK_EVERY);
        }
    }

    /** Histories of this server, by its own word, that a receiver can be writing now; the newest first. */
    private List<Lineage> others(WalRange last, Uid mine) throws InterruptedException {
        var known = tools.archive().lineages().known();
        var own = known.stream().filter(each -> each.incarnation().equals(mine)).findFirst();
        var others = new ArrayList<Lineage>();
        for (var each : known) {
            if (own.isPresent() && !each.incarnation().equals(mine) && each.origin().equals(own.get().origin())
                    && !proof.isForeign(each) && canReach(each, last, own.get())) {
                others.add(each);
            }
        }
        others.sort(Comparator.comparing(Lineage::made).reversed());
        return others;
    }

    private boolean canReach(Lineage other, WalRange last, Lineage own) throws InterruptedException {
        var end = tools.archive().cover(other.incarnation()).end();
        return end.isPresent()
                ? Long.compareUnsigned(end.getAsLong(), last.start().value()) > 0
                : other.made().isAfter(own.made().minus(BEGINNING_MAX));
    }

    private long now() {
        return tools.clocks().nanoTime().getAsLong();
    }

    @Override
    public void close() {
        own.close();
    }
}
