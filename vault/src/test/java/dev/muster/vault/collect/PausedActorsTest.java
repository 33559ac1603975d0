// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.store.FaultyStore;
import dev.muster.store.FaultyStore.Fault;
import dev.muster.vault.Vault;
import dev.muster.vault.fixture.Meanwhile;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.SnapshotHead;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A writer sleeps at any of its steps while gc runs, and gc sleeps at any call of the store while others work. */
class PausedActorsTest {

    private static final int BLOCK = Yard.BLOCK;
    private static final List<String> POINTS = List.of("after-announce", "after-refresh", "after-data", "after-tree",
            "before-propose", "after-propose", "before-commit", "after-commit", "before-roll", "after-roll");

    /** Of the calls of the store before which gc sleeps: all of them in a long run. */
    private static final int EVERY = Integer.getInteger("muster.test.seeds.times", 1) > 1 ? 1 : 4;

    /** What gc does before a writer begins, and while it sleeps. */
    private enum Gc {
        /** It condemns what the writer adopts. */
        CONDEMNS {
            @Override
            void meanwhile(Yard yard) throws InterruptedException {
                yard.gc();
            }
        },
        /** It condemned before, and deletes now. */
        SWEEPS {
            @Override
            void before(Yard yard) throws InterruptedException {
                yard.gc();
            }

            @Override
            void meanwhile(Yard yard) throws InterruptedException {
                yard.clock.advance(Yard.GRACE_OVER);
                yard.gc();
            }
        },
        /** It does both. */
        COLLECTS {
            @Override
            void meanwhile(Yard yard) throws InterruptedException {
                yard.collect();
                yard.clock.advance(Yard.GRACE_OVER);
                yard.gc();
            }
        },
        /** It gives the writer up and collects what that leaves. */
        GIVES_UP {
            @Override
            void meanwhile(Yard yard) throws InterruptedException {
                yard.clock.advance(Duration.ofDays(8));
                yard.collect();
                yard.clock.advance(Yard.GRACE_OVER);
                yard.gc();
            }
        };

        void before(Yard yard) throws InterruptedException {}

        abstract void meanwhile(Yard yard) throws InterruptedException;
    }

    @TempDir
    private Path state;

    private final SourceTree removed = new SourceTree().file("a", 25 * BLOCK, 1).file("d/b", 5000, 2);
    private final SourceTree kept = new SourceTree().file("a", 5 * BLOCK, 3);
    /** What writers capture: parts of it are garbage that they adopt. */
    private SourceTree wanted = removed.copy().file("new", 6 * BLOCK, 5);

    @ParameterizedTest
    @EnumSource
    void aWriterThatWakesHasAllThatItNeedsOrIsToldSo(Gc gc) throws Exception {
        assertThat(toldAtAllPoints(gc)).as("writers that had to begin again").isLessThan(POINTS.size());
    }

    @ParameterizedTest
    @EnumSource
    void aWriterThatAdoptsNothingKeepsWhatItHasPutOrIsToldSo(Gc gc) throws Exception {
        wanted = new SourceTree().file("all/new", 8 * BLOCK, 6);
        assertThat(toldAtAllPoints(gc)).as("only who is given up has to begin again")
                .isBetween(gc == Gc.GIVES_UP ? 1 : 0, gc == Gc.GIVES_UP ? POINTS.size() : 0);
    }

    private int toldAtAllPoints(Gc gc) throws Exception {
        int told = 0;
        for (String point : POINTS) {
            Yard yard = yard(gc + point);
            gc.before(yard);
            AtomicInteger reached = new AtomicInteger();
            Vault writer = yard.host("writer", at -> {
                if (at.equals("capture." + point) && reached.getAndIncrement() == 0) {
                    yard.clock.advance(Yard.A_WHILE);
                    Meanwhile.run(() -> gc.meanwhile(yard));
                    yard.clock.advance(Yard.A_WHILE);
                }
            });
            told += capture(writer) ? 0 : 1;
            assertThat(reached.get()).as(point).isPositive();
            assertAllIsThere(yard, gc + " at " + point);
        }
        return told;
    }

    @Test
    void gcThatWakesDeletesNothingThatSomebodyCameToNeed() throws Exception {
        int slept = 0;
        for (int number = 1; sleepsAt(number); number += EVERY) {
            slept++;
        }
        assertThat(slept * EVERY).isGreaterThan(30);
    }

    private boolean sleepsAt(int number) throws Exception {
        Yard yard = yard("slow" + number);
        yard.gc();
        yard.clock.advance(Yard.GRACE_OVER);
        boolean slept = gcWith(yard, number, () -> {
            yard.clock.advance(Yard.A_WHILE);
            capture(yard.owner);
            yard.clock.advance(Yard.A_WHILE);
        });
        if (slept) {
            assertAllIsThere(yard, "capture at call " + number);
        }
        return slept;
    }

    @Test
    void severalGcsAtOnceAreOne() throws Exception {
        for (int number = 1; meetsAnotherAt(number); number += 2 * EVERY) {
            assertThat(number).isLessThan(1000);
        }
    }

    private boolean meetsAnotherAt(int number) throws Exception {
        Yard yard = yard("two" + number);
        yard.gc();
        yard.clock.advance(Yard.GRACE_OVER);
        boolean slept = gcWith(yard, number, () -> {
            yard.gc();
            capture(yard.owner);
            yard.remove(yard.owner.snapshots().getFirst());
            yard.clock.advance(Yard.GRACE_OVER);
            yard.gc();
            capture(yard.owner);
        });
        if (slept) {
            assertAllIsThere(yard, "another gc at call " + number);
        }
        return slept;
    }

    /** Runs gc, which sleeps before the call of this number while something happens; returns whether it came so far. */
    private boolean gcWith(Yard yard, int number, Meanwhile meanwhile) throws InterruptedException {
        AtomicInteger opened = new AtomicInteger(Integer.MAX_VALUE / 2);
        FaultyStore slow = new FaultyStore(yard.store,
                call -> call.number() == opened.get() + number ? Optional.of(Fault.SLOW) : Optional.empty(),
                _ -> Meanwhile.run(meanwhile));
        Vault vault = TestVault.open(slow, state.resolve("gc" + yard.owner.repository()), yard.clock);
        opened.set(slow.calls().size());
        try {
            Yard.gc(vault);
        } catch (VaultFault.Uncollectable _) {
            // What vanishes or appears while it looks may stop it: the next run goes on.
        }
        return slow.calls().size() - opened.get() >= number;
    }

    private Yard yard(String name) throws InterruptedException {
        Yard yard = new Yard(state.resolve(name));
        SnapshotHead first = yard.capture(removed);
        yard.capture(kept);
        yard.remove(first);
        return yard;
    }

    /**
     * Captures, again if it is told that it did not commit; that is at most twice: a session that was given up may leave
     * index objects that name packs which are gone, and the next one finds that and closes them to adoption.
     *
     * @return whether the first attempt was good
     */
    private boolean capture(Vault vault) throws InterruptedException {
        for (int told = 0;; told++) {
            try {
                TestVault.capture(vault, wanted);
                return told == 0;
            } catch (VaultFault.NotCommitted e) {
                if (told == 2) {
                    throw e;
                }
            }
        }
    }

    private void assertAllIsThere(Yard yard, String what) throws Exception {
        yard.clock.advance(Duration.ofDays(8));
        yard.collect();
        yard.collect();
        List<SnapshotHead> there = yard.owner.snapshots();
        assertThat(there).as(what).hasSizeGreaterThan(1);
        for (SnapshotHead head : there) {
            assertThat(yard.read(head)).as(what).isEqualTo(head.equals(there.getLast()) ? kept : wanted);
        }
        yard.assertSound(what);
        assertThat(yard.keys(Kind.CANDIDATE)).as(what).isEmpty();
        assertThat(yard.plan().condemnsInAll()).as(what).isEqualTo(Amount.NOTHING);
    }
}
