// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.log;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.base.BackupLog;
import dev.muster.postgres.base.BaseBackupFault;
import dev.muster.postgres.base.manifest.WalRange;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.wal.receive.SlotNames;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.wal.Lineage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The log that a receiver brings, in this process or in any other: it is awaited in the repository. */
public final class ReceivedLog implements BackupLog {

    private static final Source RUNNING = new Source("brought by the WAL receiver that is running", After.RECEIVER);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final LogTools tools;
    private final FindReceiver receiver;

    /** @param receiver its slots */
    public ReceivedLog(LogTools tools, SlotNames receiver) {
        this.tools = tools;
        this.receiver = new FindReceiver(tools, receiver);
    }

    @Override
    public Source source(ConnectionSettings settings) {
        return RUNNING;
    }

    @Override
    public Keeping begin(ConnectionSettings settings) {
        return new Awaiting(settings);
    }

    private final class Awaiting implements Keeping {

        private final ConnectionSettings settings;
        private final ProveLog proof;

        Awaiting(ConnectionSettings settings) {
            this.settings = settings;
            this.proof = new ProveLog(tools, settings);
        }

        @Override
        public List<WalNeed> await(List<WalRange> ranges, Consumer<Lsn> durable) throws InterruptedException {
            var needs = new ResolveNeeds(tools.archive(), ranges);
            var progress = new Progress(tools);
            while (true) {
                var furthest = ranges.getFirst().start();
                for (var lineage : candidates(ranges.getLast())) {
                    var found = needs.along(lineage.incarnation());
                    if (found.isPresent() && proof.isOurs(lineage, found.get().getLast())) {
                        durable.accept(ranges.getLast().end());
                        return found.get();
                    }
                    var reached = needs.reached(lineage.incarnation());
                    furthest = reached.isAfter(furthest) ? reached : furthest;
                }
                durable.accept(furthest);
                progress.require(furthest, ranges.getLast().end(), Optional.empty());
                tools.waiting().pause(LOOK_EVERY);
            }
        }

        /** Histories that can be this server's, the newest first. */
        private List<Lineage> candidates(WalRange last) throws InterruptedException {
            var candidates = new ArrayList<>(tools.archive().lineages().known().stream()
                    .filter(each -> each.origin().timeline() == last.timeline().number())
                    .filter(each -> !proof.isForeign(each))
                    .toList());
            candidates.sort(Comparator.comparing(Lineage::made).reversed());
            return candidates;
        }

        @Override
        public Source source() {
            var after = receiver.after(settings);
            return switch (after) {
                case NOBODY -> new Source("brought by a WAL receiver that does not run any more", after);
                case UNKNOWN -> new Source("brought by the WAL receiver", after);
                case RECEIVER, MAYBE_ANOTHER_HISTORY -> RUNNING;
            };
        }

        @Override
        public void close() {
            // Nothing was begun: the receiver goes on.
        }
    }

    /** Ends the wait when nothing arrives for too long. */
    static final class Progress {

        private final LogTools tools;
        private Lsn last = Lsn.ZERO;
        private long since;

        Progress(LogTools tools) {
            this.tools = tools;
            this.since = tools.clocks().nanoTime().getAsLong();
        }

        void require(Lsn reached, Lsn end, Optional<String> trouble) {
            var now = tools.clocks().nanoTime().getAsLong();
            if (!reached.equals(last)) {
                last = reached;
                since = now;
            }
            if (now - since > tools.noProgressMax().toNanos()) {
                throw new BaseBackupFault.LogMissing("it is there to " + reached + ", and needed to " + end
                        + trouble.map(text -> " (" + text + ")").orElse(""),
                        "nothing came for " + tools.noProgressMax().toSeconds() + " s");
            }
        }
    }
}
