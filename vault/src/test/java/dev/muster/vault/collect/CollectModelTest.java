// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.store.FaultyStore;
import dev.muster.store.FaultyStore.Fault;
import dev.muster.store.StoreException;
import dev.muster.vault.Vault;
import dev.muster.vault.capture.ReadingSession;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.SnapshotHead;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random histories of captures, readers, removals and gcs, each of which may sleep at any point for any time while others
 * work, or end there. What was reported as committed and not removed is there, whole, at the end of each; what nobody needs
 * is not.
 */
class CollectModelTest {

    private static final int BLOCK = Yard.BLOCK;
    private static final long SEED = Long.getLong("muster.test.gc.seed", 1);
    private static final int HISTORIES = 4 * Integer.getInteger("muster.test.seeds.times", 1);
    private static final int STEPS = 30;
    private static final int DEPTH_MAX = 3;

    @TempDir
    private Path state;

    @Test
    void whateverIsInterruptedWhereverNothingNeededGoesAndNothingElseStays() throws Exception {
        System.out.println("histories with gc: " + HISTORIES + ", seeds from " + SEED);
        for (long seed = SEED; seed < SEED + HISTORIES; seed++) {
            new History(seed).run();
        }
    }

    /** The end of a process. */
    private static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final class History {

        private final long seed;
        private final Random dice;
        private final Yard yard;
        private final Map<Digest, SourceTree> reported = new LinkedHashMap<>();
        private final Set<Digest> removed = new HashSet<>();
        private final List<SourceTree> attempted = new ArrayList<>();
        private final List<Held> held = new ArrayList<>();
        private final List<String> trace = new ArrayList<>();
        private int depth;
        private int hosts;

        private record Held(ReadingSession session, SnapshotHead head) {}

        History(long seed) throws InterruptedException {
            this.seed = seed;
            this.dice = new Random(seed);
            this.yard = new Yard(state.resolve("seed" + seed));
        }

        void run() throws Exception {
            try {
                for (int step = 0; step < STEPS; step++) {
                    step();
                }
                settle();
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + trace, e);
            }
        }

        private void step() throws Exception {
            int die = dice.nextInt(20);
            yard.clock.advance(Duration.ofMinutes(dice.nextInt(30)));
            if (die < 6) {
                capture();
            } else if (die < 12) {
                gc();
            } else if (die < 14) {
                remove();
            } else if (die < 16) {
                holdOrRelease();
            } else if (die < 17) {
                readSome();
            } else {
                Duration by = Duration.ofHours(List.of(1, 13, 26, 30, 24 * 8).get(dice.nextInt(5)));
                trace.add("wait " + by);
                yard.clock.advance(by);
            }
        }

        /** What others do while somebody sleeps. */
        private void meanwhile() {
            depth++;
            try {
                for (int steps = 1 + dice.nextInt(4); steps > 0; steps--) {
                    step();
                }
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            } finally {
                depth--;
            }
        }

        private void capture() throws Exception {
            SourceTree tree = new SourceTree();
            for (int file = 0; file < 1 + dice.nextInt(3); file++) {
                tree.file("f" + dice.nextInt(4), BLOCK * (1 + dice.nextInt(7)), dice.nextInt(6));
            }
            attempted.add(tree);
            int at = dice.nextInt(3) == 0 ? 1 + dice.nextInt(10) : 0;
            boolean ends = dice.nextInt(3) == 0;
            boolean sleeps = depth < DEPTH_MAX;
            AtomicInteger points = new AtomicInteger();
            Vault vault = yard.host("host" + hosts++ % 3, _ -> {
                if (points.incrementAndGet() == at) {
                    trace.add((ends ? "end" : "sleep") + " at " + at);
                    if (ends) {
                        throw new Ended();
                    }
                    if (sleeps) {
                        meanwhile();
                        trace.add("wake");
                    }
                }
            });
            trace.add("capture");
            try (vault) {
                SnapshotHead head = TestVault.capture(vault, tree);
                reported.put(head.id(), tree);
                trace.add("committed " + head);
            } catch (VaultFault.NotCommitted e) {
                trace.add("not committed");
            } catch (Ended e) {
                trace.add("ended");
            }
        }

        private void gc() throws Exception {
            int at = dice.nextInt(3) == 0 && depth < DEPTH_MAX ? 1 + dice.nextInt(40) : 0;
            Fault fault = List.of(Fault.SLOW, Fault.SLOW, Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.ERROR_AFTER)
                    .get(dice.nextInt(5));
            AtomicInteger opened = new AtomicInteger(Integer.MAX_VALUE / 2);
            FaultyStore store = new FaultyStore(yard.store,
                    call -> at > 0 && call.number() == opened.get() + at ? Optional.of(fault) : Optional.empty(),
                    _ -> {
                        trace.add("gc sleeps at " + at);
                        meanwhile();
                        trace.add("gc wakes");
                    });
            trace.add("gc" + (at > 0 ? " " + fault + " at " + at : ""));
            try (Vault vault = TestVault.open(store, state.resolve("seed" + seed + "gc" + depth), yard.clock)) {
                opened.set(store.calls().size());
                trace.add("gc done " + Yard.gc(vault).deleted().objects());
            } catch (FaultyStore.Crashed | StoreException.Transient _) {
                trace.add("gc ended");
            } catch (VaultFault.Uncollectable e) {
                assertThat(depth > 0 || at > 0 || hasUnreadableCandidate(e)).as("%s", e).isTrue();
                trace.add("gc stopped: " + e.what() + " " + e.subject());
            }
        }

        /** A candidate that proposed what was collected before it did stops gc until its session is given up. */
        private boolean hasUnreadableCandidate(VaultFault.Uncollectable e) {
            return e.what().contains("a session of");
        }

        private void remove() throws InterruptedException {
            List<SnapshotHead> there = yard.owner.snapshots();
            if (there.size() > 1) {
                SnapshotHead head = there.get(dice.nextInt(there.size()));
                trace.add("remove " + head);
                removed.add(head.id());
                yard.remove(head);
            }
        }

        private void holdOrRelease() throws InterruptedException {
            List<SnapshotHead> there = yard.owner.snapshots();
            if (!held.isEmpty() && dice.nextBoolean()) {
                Held some = held.remove(dice.nextInt(held.size()));
                trace.add("release " + some.head);
                some.session.close();
            } else if (!there.isEmpty()) {
                SnapshotHead head = there.get(dice.nextInt(there.size()));
                held.add(new Held(yard.owner.hold(head, "db9", "a mount"), head));
                trace.add("hold " + head);
            }
        }

        private void readSome() throws Exception {
            List<SnapshotHead> there = yard.owner.snapshots();
            if (!there.isEmpty()) {
                assertWhole(there.get(dice.nextInt(there.size())));
            }
        }

        private void assertWhole(SnapshotHead head) throws InterruptedException {
            SourceTree read = yard.read(head);
            SourceTree then = reported.get(head.id());
            if (then != null) {
                assertThat(read).as("%s", head).isEqualTo(then);
            } else {
                assertThat(attempted).as("%s", head).contains(read);
            }
        }

        private void settle() throws Exception {
            for (Held each : held) {
                each.session.close();
            }
            for (int round = 0; round < 2; round++) {
                yard.clock.advance(Duration.ofDays(8));
                yard.collect();
            }
            yard.collect();
            Set<Digest> there = new HashSet<>();
            for (SnapshotHead head : yard.owner.snapshots()) {
                assertWhole(head);
                there.add(head.id());
            }
            Set<Digest> wanted = new HashSet<>(reported.keySet());
            wanted.removeAll(removed);
            wanted.removeAll(undecided());
            assertThat(there).containsAll(wanted);
            yard.assertSoundBut(undecided().size());
            assertThat(yard.plan().condemnsInAll()).isEqualTo(Amount.NOTHING);
            assertThat(yard.plan().deletesInAll()).isEqualTo(Amount.NOTHING);
            assertThat(yard.keys(Kind.CANDIDATE)).hasSize(candidatesOfUndecided());
        }

        private Set<Digest> undecided() throws InterruptedException {
            Set<Digest> undecided = new HashSet<>();
            yard.owner.catalog().undecided().forEach(head -> undecided.add(head.id()));
            return undecided;
        }

        private int candidatesOfUndecided() throws InterruptedException {
            return yard.plan()
                    .sessions()
                    .stream()
                    .filter(session -> session.fate() == Session.Fate.UNDECIDED)
                    .toList()
                    .isEmpty() ? 0 : yard.keys(Kind.CANDIDATE).size();
        }
    }
}
