// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.store.Key;
import dev.muster.vault.Vault;
import dev.muster.vault.fixture.Meanwhile;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.roll.RollEvent;
import dev.muster.vault.snapshot.SnapshotBody;
import dev.muster.vault.snapshot.SnapshotHead;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A machine is cloned, or set back to an image of itself, while it captures: two writers go on with one session. What one of
 * them has put, gc takes for what a session left that the other one has finished.
 */
class TwinWriterTest {

    private static final int BLOCK = Yard.BLOCK;

    @TempDir
    private Path state;

    private final SourceTree kept = new SourceTree().file("a", 5 * BLOCK, 3);
    private final SourceTree wanted = new SourceTree().file("a", 40 * BLOCK, 1).file("d/b", 5000, 2);

    @Test
    void aMachineThatIsSetBackDoesNotCommitWhatWasCollectedSinceItsSessionWasFinished() throws Exception {
        Yard yard = new Yard(state.resolve("set-back"));
        wakesAfter(yard, () -> {
            finish(yard, true);
            yard.collect();
        });
    }

    @Test
    void aCloneDoesNotCommitWhatWasCollectedSinceTheOtherOneFinishedAndEnded() throws Exception {
        Yard yard = new Yard(state.resolve("clone"));
        wakesAfter(yard, () -> {
            finish(yard, false);
            yard.collect();
        });
    }

    @Test
    void aCloneDoesNotCommitUnderASessionThatTheOtherOneHasFinished() throws Exception {
        Yard yard = new Yard(state.resolve("both"));
        SnapshotHead first = yard.capture(kept);
        Uid[] finished = new Uid[1];
        Vault clone = sleeper(yard, () -> finished[0] = finish(yard, false, first));
        SnapshotHead head = TestVault.capture(clone, wanted);
        assertThat(head.body().session()).isNotEqualTo(finished[0]);
        assertThat(yard.read(head)).isEqualTo(wanted);
        yard.clock.advance(Duration.ofDays(8));
        yard.collect();
        assertThat(yard.read(head)).isEqualTo(wanted);
        yard.assertSound("after both");
    }

    private void wakesAfter(Yard yard, Meanwhile meanwhile) throws Exception {
        yard.capture(kept);
        Vault writer = sleeper(yard, meanwhile);
        assertThatThrownBy(() -> TestVault.capture(writer, wanted)).isInstanceOf(VaultFault.NotCommitted.class);
        SnapshotHead again = TestVault.capture(writer, wanted);
        assertThat(yard.read(again)).isEqualTo(wanted);
        yard.clock.advance(Duration.ofDays(8));
        yard.collect();
        yard.collect();
        assertThat(yard.read(again)).isEqualTo(wanted);
    }

    private Vault sleeper(Yard yard, Meanwhile meanwhile) throws InterruptedException {
        AtomicInteger reached = new AtomicInteger();
        return yard.host("writer", point -> {
            if (point.equals("capture.before-propose") && reached.getAndIncrement() == 0) {
                yard.clock.advance(Yard.A_WHILE);
                Meanwhile.run(meanwhile);
                yard.clock.advance(Yard.A_WHILE);
            }
        });
    }

    private void finish(Yard yard, boolean withdraws) throws InterruptedException {
        finish(yard, withdraws, yard.owner.snapshots().getFirst());
    }

    /** Ends the only session as its other half would: with a snapshot, here one that says what an older one said. */
    private static Uid finish(Yard yard, boolean withdraws, SnapshotHead like) throws InterruptedException {
        List<Key> candidates = yard.keys(Kind.CANDIDATE);
        Uid session = ((ObjectKey.OfSession) ObjectKeys.parse(candidates.getFirst().value()).orElseThrow()).session();
        SnapshotBody body = like.body();
        SnapshotBody other = new SnapshotBody(session, body.source(), body.begun(), body.completed(), body.table(),
                body.counts(), body.needs(), body.tags(), body.facts(), body.rollHeads());
        ObjectKey.OfSession key = yard.owner.statements().put(Kind.SNAPSHOT,
                digest -> new ObjectKey.OfSession(Kind.SNAPSHOT, session, digest), other.encode());
        yard.owner.roll().append("a test", List.of(new RollEvent.Committed(key.digest())));
        if (withdraws) {
            for (Key candidate : candidates) {
                yard.store.delete(candidate);
            }
        }
        return session;
    }
}
