// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.roll;

import dev.muster.store.Key;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.fixture.SeededRandom;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestKeys;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.roll.RollEvent.Checkpoint;
import dev.muster.vault.roll.RollEvent.Committed;
import dev.muster.vault.roll.RollEvent.Held;
import dev.muster.vault.roll.RollEvent.Hold;
import dev.muster.vault.roll.RollEvent.HoldEnded;
import dev.muster.vault.roll.RollEvent.LineageBegun;
import dev.muster.vault.roll.RollEvent.Release;
import dev.muster.vault.roll.RollEvent.Removed;
import dev.muster.vault.roll.RollEvent.WalReleased;
import dev.muster.vault.seal.Role;
import dev.muster.vault.statement.Statements;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RollTest {

    private static final Uid INSTANCE = new Uid(1, 1);
    private static final Uid INCARNATION = new Uid(2, 2);
    private static final Release RELEASE = new Release(INCARNATION, 50, 100);
    private static final Hold HOLD = new Hold(new Uid(3, 3), id(2), "a case");

    private final TestKeys keys = new TestKeys(1);
    private final TestClock clock = new TestClock();
    private final MemoryStore store = new MemoryStore(clock);
    private final Roll owner = roll(Role.OWNER, INSTANCE);
    private final Roll capture = roll(Role.CAPTURE, INSTANCE);
    private final Roll reap = roll(Role.REAP, INSTANCE);

    @Test
    void whatWasCommittedLastIsToldByTheLinksAndNotByClocks() throws Exception {
        capture.append("h", List.of(new Committed(id(1))));
        clock.advance(Duration.ofDays(-5000));
        capture.append("h", List.of(new Committed(id(2))));
        assertThat(owner.read().last(Set.of(id(1), id(2)))).containsExactly(id(2));
        assertThat(owner.read().last(Set.of(id(1), id(9)))).as("of those that are asked for").containsExactly(id(1));
        RollView seen = owner.read();
        capture.append("h", List.of(new Committed(id(3))), seen);
        capture.append("h", List.of(new Committed(id(4))), seen);
        reap.append("h", List.of(new Removed(id(1))));
        assertThat(owner.read().last(Set.of(id(1), id(2), id(3), id(4)))).containsExactlyInAnyOrder(id(3), id(4));
        assertThat(owner.read().committed()).hasSize(4).isSorted();
    }

    @Test
    void anEntryNamesTheHeadsThatItSaw() throws Exception {
        assertThat(owner.read().heads()).isEmpty();
        RollView empty = owner.read();
        Digest one = capture.append("h", List.of(new Committed(id(1))), empty);
        Digest two = capture.append("h", List.of(new Committed(id(2))), empty);
        assertThat(owner.read().heads()).containsExactlyInAnyOrder(one, two);
        Digest three = capture.append("h", List.of(new LineageBegun(INCARNATION)));
        RollView view = owner.read();
        assertThat(view.heads()).containsExactly(three);
        assertThat(owner.headsSeen()).containsExactly(three);
        assertThat(view.present()).containsExactlyInAnyOrder(id(1), id(2));
        assertThat(view.lineages()).containsExactly(INCARNATION);
        assertThat(view.missingParents()).isEmpty();
    }

    @Test
    void removalWinsOverCommitInWhateverOrderTheyStand() throws Exception {
        RollView empty = owner.read();
        reap.append("h", List.of(new Removed(id(1))), empty);
        capture.append("h", List.of(new Committed(id(1)), new Committed(id(2))), empty);
        RollView view = owner.read();
        assertThat(view.isRemoved(id(1))).isTrue();
        assertThat(view.present()).containsExactly(id(2));
    }

    @Test
    void aRoleSaysOnlyWhatItMay() {
        assertThatThrownBy(() -> capture.append("h", List.of(new Removed(id(1)))))
                .isInstanceOf(VaultFault.NotGranted.class);
        assertThatThrownBy(() -> reap.append("h", List.of(new Committed(id(1)))))
                .isInstanceOf(VaultFault.NotGranted.class);
    }

    @Test
    void whatARoleMayNotSayIsIgnoredAndReported() throws Exception {
        state(Role.CAPTURE, new RollEntry(INSTANCE, List.of(), clock.instant(), "h", List.of(new Committed(id(1)),
                new Removed(id(2)))));
        state(Role.OWNER, new RollEntry(new Uid(9, 9), List.of(), clock.instant(), "h", List.of(new Removed(id(2)))));
        RollView view = owner.read();
        assertThat(view.size()).isZero();
        assertThat(view.refused()).hasSize(2).allMatch(VaultFault.Untrusted.class::isInstance);
        assertThat(view.isRemoved(id(2))).isFalse();
    }

    @Test
    void aParentThatIsGoneIsMissedUnlessACheckpointStandsAbove() throws Exception {
        Digest one = capture.append("h", List.of(new Committed(id(1))));
        Digest two = capture.append("h", List.of(new Committed(id(2))));
        capture.append("h", List.of(new Committed(id(3))));
        delete(one);
        assertThat(owner.read().missingParents()).containsExactly(one);
        reap.append("h", List.of(new Checkpoint(List.of(id(1), id(2), id(3)), List.of(), List.of())));
        assertThat(owner.read().missingParents()).isEmpty();
        delete(two);
        RollView view = owner.read();
        assertThat(view.missingParents()).isEmpty();
        assertThat(view.present()).containsExactlyInAnyOrder(id(1), id(2), id(3));
        Digest later = capture.append("h", List.of(new Committed(id(4))));
        capture.append("h", List.of(new Committed(id(5))));
        delete(later);
        assertThat(owner.read().missingParents()).containsExactly(later);
    }

    @Test
    void aCheckpointRemovesWhatItDoesNotListOfWhatWasCommittedBeforeIt() throws Exception {
        RollView empty = owner.read();
        capture.append("h", List.of(new Committed(id(1)), new Committed(id(2))), empty);
        Digest removal = reap.append("h", List.of(new Removed(id(1))), empty);
        RollView seen = owner.read();
        capture.append("h", List.of(new Committed(id(3))), seen);
        reap.append("h", List.of(new Checkpoint(List.of(id(2)), List.of(RELEASE), List.of(HOLD))), seen);
        delete(removal);
        RollView view = owner.read();
        assertThat(view.isRemoved(id(1))).isTrue();
        assertThat(view.isRemoved(id(3))).as("committed beside the checkpoint").isFalse();
        assertThat(view.present()).containsExactlyInAnyOrder(id(2), id(3));
        assertThat(view.released(INCARNATION)).containsExactly(RELEASE);
        assertThat(view.holds()).containsExactly(HOLD);
    }

    @Test
    void whatWasReleasedIsOfItsHistoryAlone() throws Exception {
        Release high = new Release(INCARNATION, -9, -5);
        reap.append("h", List.of(new WalReleased(RELEASE)));
        reap.append("h", List.of(new WalReleased(high), new WalReleased(RELEASE)));
        assertThat(owner.read().released(INCARNATION)).containsOnly(RELEASE, high);
        assertThat(owner.read().released(new Uid(7, 7))).isEmpty();
        assertThatThrownBy(() -> capture.append("h", List.of(new WalReleased(RELEASE))))
                .isInstanceOf(VaultFault.NotGranted.class);
        assertThatThrownBy(() -> new Release(INCARNATION, 5, 5)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aHoldHoldsUntilAnOwnerEndsItWhoeverSawWhom() throws Exception {
        RollView empty = owner.read();
        reap.append("h", List.of(new Held(HOLD)));
        assertThat(owner.read().holds()).containsExactly(HOLD);
        assertThatThrownBy(() -> reap.append("h", List.of(new HoldEnded(HOLD.uid(), "over"))))
                .isInstanceOf(VaultFault.NotGranted.class);
        assertThatThrownBy(() -> capture.append("h", List.of(new Held(HOLD))))
                .isInstanceOf(VaultFault.NotGranted.class);
        Hold other = new Hold(new Uid(4, 4), HOLD.snapshot(), "another case");
        reap.append("h", List.of(new Held(other)));
        owner.append("h", List.of(new HoldEnded(HOLD.uid(), "over")), empty);
        assertThat(owner.read().holds()).containsExactly(other);
    }

    /** Random histories of writers that saw more or less of each other, and of objects that went before checkpoints. */
    @Test
    void theRollSaysWhatItsEventsSayWhoeverSawWhom() throws Exception {
        for (long seed = 0; seed < 40; seed++) {
            history(seed);
        }
    }

    private void history(long seed) throws Exception {
        Random dice = new Random(seed);
        MemoryStore own = new MemoryStore(clock);
        Roll roll = new Roll(new Statements(own, keys.chain(Role.OWNER), keys.signer(Role.OWNER), keys.authority(),
                new SeededRandom(seed)), INSTANCE, clock);
        List<RollView> views = new ArrayList<>(List.of(roll.read()));
        Set<Digest> committed = new HashSet<>();
        Set<Digest> removed = new HashSet<>();
        int next = 0;
        for (int step = 0; step < 25; step++) {
            RollView seen = dice.nextInt(3) == 0 ? views.get(dice.nextInt(views.size())) : roll.read();
            List<RollEvent> events = new ArrayList<>();
            if (dice.nextInt(4) > 0) {
                committed.add(id(next));
                events.add(new Committed(id(next++)));
            } else if (next > 0) {
                Digest gone = id(dice.nextInt(next));
                removed.add(gone);
                events.add(new Removed(gone));
            }
            if (dice.nextInt(8) == 0) {
                RollView now = roll.read();
                Set<Digest> counting = new HashSet<>(now.present());
                roll.append("h", List.of(new Checkpoint(List.copyOf(counting), List.of(), List.of())), now);
            }
            roll.append("h", events, seen);
            views.add(roll.read());
        }
        Set<Digest> expected = new HashSet<>(committed);
        expected.removeAll(removed);
        RollView view = roll.read();
        assertThat(view.present()).as("seed " + seed).isEqualTo(expected);
        assertThat(view.missingParents()).as("seed " + seed).isEmpty();
    }

    private void delete(Digest entry) throws InterruptedException {
        store.delete(Key.of(ObjectKeys.of(Kind.ROLL, entry).value()));
    }

    private void state(Role role, RollEntry entry) throws InterruptedException {
        statements(role).put(Kind.ROLL, digest -> ObjectKeys.of(Kind.ROLL, digest), entry.encode());
    }

    private Roll roll(Role role, Uid instance) {
        return new Roll(statements(role), instance, clock);
    }

    private Statements statements(Role role) {
        return new Statements(store, keys.chain(role), keys.signer(role), keys.authority(), new SeededRandom(3));
    }

    private static Digest id(int number) {
        return Digest.sha256(new byte[]{(byte) number, (byte) (number >>> 8)});
    }
}
