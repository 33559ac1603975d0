// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.roll;

import dev.muster.store.Key;
import dev.muster.store.Tampering;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.Vault;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.Stores;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.ledger.Heads;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Month;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import dev.muster.work.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AnchorTest {

    private static final Digest CHARTER = Digest.sha256(new byte[]{1});
    private static final Digest HEAD = Digest.sha256(new byte[]{2});
    private static final Anchor ANCHOR = new Anchor(new Uid(1, 2), 3, CHARTER, 2, List.of(HEAD),
            Map.of(new Uid(5, 6), -1L, new Uid(3, 4), 0x1234L),
            new Heads(List.of(new ObjectKey.Ledger(new Month(202611), new Uid(7, 8), 26, CHARTER)), List.of(HEAD)));

    @TempDir
    private Path directory;

    private final TestClock clock = new TestClock();

    @Test
    void itIsReadAsItWasWritten() throws Exception {
        AnchorFile file = new AnchorFile(directory.resolve("deep/er"));
        assertThat(file.read()).isEmpty();
        file.seen(9, CHARTER, 1);
        assertThat(file.read()).as("nothing is remembered of what was never begun").isEmpty();
        file.begin(ANCHOR);
        assertThat(file.read()).contains(ANCHOR);
        file.seen(new Uid(3, 4), 0x1000);
        assertThat(file.read()).contains(ANCHOR);
        file.seen(new Uid(3, 4), 0x2000);
        file.seen(4, HEAD, 1);
        file.seen(2, CHARTER, 3);
        assertThat(file.read()).hasValueSatisfying(now -> {
            assertThat(now.walEnds()).containsEntry(new Uid(3, 4), 0x2000L);
            assertThat(now.charterSequence()).isEqualTo(4);
            assertThat(now.charter()).isEqualTo(HEAD);
            assertThat(now.epoch()).isEqualTo(3);
        });
    }

    @Test
    void aFileThatIsNoAnchorIsNotTakenForNone() throws Exception {
        AnchorFile file = new AnchorFile(directory);
        file.begin(ANCHOR);
        String good = Files.readString(directory.resolve("anchor"));
        for (String bad : List.of("", good.substring(0, good.length() - 5), good.replace("epoch", "epic"),
                good.replace("muster anchor 1", "muster anchor 2"), good.replace("roll", "role"))) {
            Files.writeString(directory.resolve("anchor"), bad);
            assertThatThrownBy(file::read).isInstanceOf(VaultFault.StateUnusable.class);
        }
    }

    @Test
    void nothingThatWasSeenAtOnceIsForgotten() throws Exception {
        AnchorFile file = new AnchorFile(directory);
        file.begin(ANCHOR);
        try (Scope scope = Scope.open("anchor", 8)) {
            for (int at = 0; at < 40; at++) {
                Uid incarnation = new Uid(100, at);
                scope.fork(() -> new AnchorFile(directory).seen(incarnation, 7));
            }
            scope.join();
        }
        assertThat(file.read()).hasValueSatisfying(now -> assertThat(now.walEnds()).hasSize(42));
    }

    @Test
    void aHostNoticesARollThatLostWhatItSaw() throws Exception {
        MemoryStore store = new MemoryStore(clock);
        Vault vault = TestVault.create(store, directory, clock);
        TestVault.capture(vault, new SourceTree().file("a", 10, 1));
        Map<Key, byte[]> before = Stores.picture(store);
        TestVault.capture(vault, new SourceTree().file("a", 10, 2));
        Anchor seen = vault.anchor().read().orElseThrow();
        assertThat(seen.rollHeads()).isEqualTo(vault.roll().read().heads());
        assertThat(seen.lost(vault.roll().read())).isEmpty();
        new Tampering(store).rollBackTo(before);
        assertThat(seen.lost(vault.roll().read())).isEqualTo(seen.rollHeads());
        Vault again = TestVault.open(store, directory, clock);
        TestVault.capture(again, new SourceTree().file("a", 10, 3));
        Anchor later = again.anchor().read().orElseThrow();
        assertThat(later.lost(again.roll().read())).isEqualTo(seen.rollHeads());
    }

    @Test
    void aHostThatCannotRememberReadsAndSaysSo() throws Exception {
        SourceTree tree = new SourceTree().file("a", 10, 1);
        MemoryStore store = new MemoryStore(clock);
        TestVault.capture(TestVault.create(store, directory.resolve("owner"), clock), tree);
        Path seen = directory.resolve("seen");
        assertThat(TestVault.open(store, seen, clock).notices()).isEmpty();
        for (Path state : List.of(makeUnwritable(seen), Files.createFile(directory.resolve("file")).resolve("below"))) {
            Vault vault = TestVault.open(store, state, clock);
            assertThat(vault.notices()).as("%s", state)
                    .singleElement()
                    .asString()
                    .contains("cannot be remembered", state.toString());
            assertThat(SourceTree.read(vault.read(vault.snapshots().getFirst()))).isEqualTo(tree);
            assertThatThrownBy(() -> TestVault.capture(vault, tree)).isInstanceOf(VaultFault.StateUnusable.class);
        }
        assertThat(Vault.seen(store, seen)).isPresent();
        assertThat(Vault.seen(store, directory.resolve("fresh"))).isEmpty();
    }

    /** Also for root, who may write in a directory that is read-only. */
    private static Path makeUnwritable(Path state) throws IOException {
        try (Stream<Path> places = Files.list(state)) {
            Path lock = places.findFirst().orElseThrow().resolve("anchor.lock");
            Files.delete(lock);
            Files.createDirectory(lock);
        }
        return state;
    }

    @Test
    void aHostRefusesAnOlderCharter() throws Exception {
        MemoryStore store = new MemoryStore(clock);
        Vault vault = TestVault.create(store, directory, clock);
        Map<Key, byte[]> before = Stores.picture(store);
        TestVault.openAs(Role.RESTORE, vault, store, directory.resolve("other"), clock);
        vault.refresh();
        assertThat(vault.anchor().read().orElseThrow().charterSequence()).isEqualTo(2);
        new Tampering(store).rollBackTo(before);
        assertThatThrownBy(() -> TestVault.open(store, directory, clock)).isInstanceOf(VaultFault.RolledBack.class);
        assertThat(TestVault.open(store, directory.resolve("fresh"), clock).snapshots()).isEmpty();
    }
}
