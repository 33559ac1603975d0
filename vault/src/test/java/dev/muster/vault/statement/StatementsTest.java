// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.statement;

import dev.muster.store.BlobInfo;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.MeteredStore;
import dev.muster.store.Range;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.fixture.SeededRandom;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestKeys;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StatementsTest {

    private static final Uid SESSION = new Uid(7, 8);

    private final TestKeys keys = new TestKeys(1);
    private final TestClock clock = new TestClock();
    private final MeteredStore store = new MeteredStore(new MemoryStore(clock));
    private final Statements owner = statements(Role.OWNER);

    @Test
    void whatOneStatesAnotherReads() throws Exception {
        state(statements(Role.CAPTURE), "a");
        state(owner, "b");
        Survey<String> survey = survey();
        assertThat(survey.said()).containsExactlyInAnyOrder("a", "b");
        assertThat(survey.refused()).isEmpty();
        assertThat(survey.vanished()).isFalse();
        assertThat(owner.list(Kind.SNAPSHOT, SESSION)).hasSize(2);
        assertThat(owner.list(Kind.SNAPSHOT, new Uid(1, 1))).isEmpty();
    }

    @Test
    void whoMayNotSayAKindCannotPutIt() {
        assertThatThrownBy(() -> state(statements(Role.RESTORE), "x")).isInstanceOf(VaultFault.NotGranted.class);
    }

    @Test
    void whatARetiredSlotSaysAfterwardsDoesNotCount() throws Exception {
        state(statements(Role.CAPTURE), "before");
        keys.retire(Role.CAPTURE, clock.instant());
        state(statements(Role.CAPTURE), "after");
        Survey<String> survey = survey();
        assertThat(survey.said()).containsExactly("before");
        assertThat(survey.refused()).singleElement().satisfies(refused -> {
            assertThat(refused.why()).isInstanceOf(VaultFault.Untrusted.class);
            assertThat(refused.perhapsAuthentic()).isFalse();
        });
    }

    @Test
    void bytesThatAreNotTheirKeysMayHaveBeenAuthentic() throws Exception {
        ObjectKey key = state(owner, "x");
        byte[] bytes = store.read(Key.of(key.value()), Range.whole());
        bytes[bytes.length - 1] ^= 1;
        store.delete(Key.of(key.value()));
        store.put(Key.of(key.value()), Content.of(bytes));
        assertThat(survey().refused()).singleElement()
                .satisfies(refused -> assertThat(refused.perhapsAuthentic()).isTrue());
        assertThat(survey().hasUnreadable()).isTrue();
    }

    @Test
    void junkUnderItsOwnDigestWasNeverSaidAndStopsNothing() throws Exception {
        state(owner, "x");
        byte[] junk = "junk".getBytes(StandardCharsets.UTF_8);
        store.put(Key.of(ObjectKeys.of(Kind.SNAPSHOT, SESSION, Digest.sha256(junk)).value()), Content.of(junk));
        store.put(Key.of("snapshot/whatever"), Content.of(junk));
        Survey<String> survey = survey();
        assertThat(survey.said()).containsExactly("x");
        assertThat(survey.refused()).hasSize(2);
        assertThat(survey.hasUnreadable()).isFalse();
    }

    @Test
    void anObjectUnderTheKeyOfAnotherKindIsRefused() throws Exception {
        ObjectKey key = state(owner, "x");
        byte[] bytes = store.read(Key.of(key.value()), Range.whole());
        store.put(Key.of(ObjectKeys.of(Kind.ABANDON, SESSION, key.digest()).value()), Content.of(bytes));
        assertThat(owner.survey(Kind.ABANDON, StatementsTest::text).refused()).hasSize(1);
    }

    @Test
    void whatVanishesBetweenListAndReadIsToldApart() throws Exception {
        ObjectKey key = state(owner, "x");
        BlobInfo listed = owner.list(Kind.SNAPSHOT).getFirst();
        store.delete(Key.of(key.value()));
        assertThat(owner.read(Kind.SNAPSHOT, listed, StatementsTest::text)).isInstanceOf(Outcome.Vanished.class);
    }

    @Test
    void aShelfReadsEachStatementOnce() throws Exception {
        Shelf<String> shelf = new Shelf<>(owner, Kind.SNAPSHOT, StatementsTest::text);
        state(owner, "a");
        ObjectKey second = state(owner, "b");
        assertThat(shelf.survey().said()).containsExactlyInAnyOrder("a", "b");
        long reads = store.count(MeteredStore.Verb.GET).calls();
        state(owner, "c");
        store.delete(Key.of(second.value()));
        assertThat(shelf.survey().said()).containsExactlyInAnyOrder("a", "c");
        assertThat(store.count(MeteredStore.Verb.GET).calls()).isEqualTo(reads + 1);
    }

    private Survey<String> survey() throws InterruptedException {
        return owner.survey(Kind.SNAPSHOT, StatementsTest::text);
    }

    private static String text(Statement statement) {
        return statement.decode(in -> new String(in.raw(in.remaining()), StandardCharsets.UTF_8));
    }

    private static ObjectKey state(Statements by, String text) throws InterruptedException {
        return by.put(Kind.SNAPSHOT, digest -> ObjectKeys.of(Kind.SNAPSHOT, SESSION, digest),
                text.getBytes(StandardCharsets.UTF_8));
    }

    private Statements statements(Role role) {
        return new Statements(store, keys.chain(role), keys.signer(role), keys.authority(), new SeededRandom(3));
    }
}
