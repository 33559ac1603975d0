// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.store.MeteredStore;
import dev.muster.store.MeteredStore.Verb;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.Vault;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestVault;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What a capture asks of the store beside its blocks: each request is paid for, and is a round trip. */
class CaptureRequestsTest {

    /** replica, slot, charter, grant. */
    private static final int OPENING_LISTS = 4;

    /**
     * Steps of docs/format.md, section 9: charter; condemned, quarantine, index; then 7 charter, condemned, quarantine, data,
     * map; abandon, snapshot, candidate of the session; roll; and 9 charter, snapshot, the three of the session; and 10
     * snapshot, abandon, roll.
     */
    private static final int CAPTURING_LISTS = 21;

    private final TestClock clock = new TestClock();
    private final MeteredStore store = new MeteredStore(new MemoryStore(clock));
    private final SourceTree tree = new SourceTree().file("a", 200_000, 1).file("d/b", 5000, 2);

    @TempDir
    private Path state;

    @BeforeEach
    void aRepositoryWithASnapshot() throws Exception {
        try (Vault first = TestVault.create(store, state.resolve("first"), clock)) {
            TestVault.capture(first, tree);
        }
    }

    @Test
    void listingsDoNotGrowInNumber() throws Exception {
        long begun = lists();
        try (Vault vault = TestVault.open(store, state.resolve("second"), clock)) {
            assertThat(lists() - begun).as("opening").isEqualTo(OPENING_LISTS);
            TestVault.capture(vault, tree);
            assertThat(lists() - begun).as("opening and capturing").isEqualTo(OPENING_LISTS + CAPTURING_LISTS);
        }
    }

    @Test
    void anUnchangedTreeIsStoredWithoutOneBlockOfData() throws Exception {
        long packs = store.count(Verb.PUT).bytes();
        try (Vault vault = TestVault.open(store, state.resolve("second"), clock)) {
            long puts = store.count(Verb.PUT).calls();
            TestVault.capture(vault, tree);
            assertThat(store.count(Verb.PUT).calls() - puts).as("announced, proposed, snapshot, roll").isEqualTo(4);
        }
        assertThat(store.count(Verb.PUT).bytes() - packs).isLessThan(10_000);
    }

    private long lists() {
        return store.count(Verb.LIST).calls();
    }
}
