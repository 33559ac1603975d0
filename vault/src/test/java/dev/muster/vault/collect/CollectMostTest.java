// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.SnapshotHead;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Most of the snapshots do not go at once, and those that went by and by do not stand in the way. */
class CollectMostTest {

    private final SourceTree small = new SourceTree().file("a", 10, 1);
    private final SourceTree other = new SourceTree().file("b", 10, 2);

    @TempDir
    private Path state;

    private Yard yard;

    @BeforeEach
    void begin() throws Exception {
        yard = new Yard(state);
    }

    @Test
    void mostOfTheSnapshotsGoOnlyIfThatIsSaid() throws Exception {
        SnapshotHead first = yard.capture(small);
        SnapshotHead second = yard.capture(small.copy().file("x", 10, 1));
        yard.capture(other);
        yard.remove(first);
        yard.remove(second);
        assertThatThrownBy(() -> Yard.gc(yard.owner, CollectLimits.usual())).isInstanceOf(VaultFault.Refused.class)
                .hasMessageContaining("more than half");
        assertThat(yard.keys(Kind.CONDEMNED)).isEmpty();
        yard.collect();
        yard.assertSound("most were removed");
    }

    @Test
    void whatWasCondemnedBeforeDoesNotCountAgainstWhatIsRemovedNow() throws Exception {
        List<SnapshotHead> heads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            heads.add(yard.capture(small.copy().file("x", 10, i)));
        }
        for (SnapshotHead head : heads.subList(0, 4)) {
            yard.remove(head);
        }
        Yard.gc(yard.owner, CollectLimits.usual());
        for (SnapshotHead head : heads.subList(4, 6)) {
            yard.remove(head);
        }
        CollectReport second = Yard.gc(yard.owner, CollectLimits.usual());
        assertThat(second.plan().snapshots().dead()).as("more than live, of which four wait for the grace")
                .isEqualTo(6);
        assertThat(second.plan().snapshots().fresh()).isEqualTo(2);
        yard.clock.advance(Yard.GRACE_OVER);
        Yard.gc(yard.owner, CollectLimits.usual());
        assertThat(yard.keys(Kind.SNAPSHOT)).hasSize(2);
        yard.assertSound("removed by and by");
    }
}
