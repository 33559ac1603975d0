// SPDX-License-Identifier: Apache-2.0
package dev.muster.ledger;

import dev.muster.store.FaultyStore;
import dev.muster.store.Key;
import dev.muster.store.ReadOnlyStore;
import dev.muster.store.Store;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.Instruments;
import dev.muster.vault.Vault;
import dev.muster.vault.key.KeySource;
import dev.muster.vault.key.NewRepository;
import dev.muster.vault.ledger.Entry;
import dev.muster.vault.ledger.Flaw;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JournalTest {

    private static final Deed BACKUP = new Deed("backup.take", "clinic", "clinic/postgres");

    @TempDir
    private Path state;

    private final MemoryStore store = new MemoryStore(InstantSource.system());
    private final List<String> complaints = new ArrayList<>();
    private final Journals journals =
            new Journals("db1", "postgres", "muster test", InstantSource.system(), complaints::add);
    private Vault vault;

    @BeforeEach
    void create() throws InterruptedException {
        try (KeySource key = key(1)) {
            vault = Vault.create(store, NewRepository.DEFAULT, key, "owner", instruments());
        }
    }

    @AfterEach
    void close() {
        vault.close();
    }

    @Test
    void whatIsDoneIsEnteredWithItsFacts() throws Exception {
        String result = journals.of(vault).enter(BACKUP, () -> "done", done -> Map.of("result", done));
        assertThat(result).isEqualTo("done");
        assertThat(entries()).singleElement().satisfies(entry -> {
            assertThat(entry.outcome()).isEqualTo(Entry.Outcome.DONE);
            assertThat(entry.system()).isEqualTo("clinic");
            assertThat(entry.facts()).containsExactly(Map.entry("result", "done"));
        });
        assertThat(flaws()).isEmpty();
        var actor = vault.ledger().read().batches().getFirst().batch().session().actor();
        assertThat(actor.toString()).contains("db1", "postgres", "muster test", "owner");
    }

    @Test
    void whatFailsIsEnteredByItsCodeAndFailsAllTheSame() throws Exception {
        VaultFault full = new VaultFault.Missing("a pack", "data/secret name");
        assertThatThrownBy(() -> journals.of(vault).enter(BACKUP, () -> {
            throw full;
        }, _ -> Map.of())).isSameAs(full);
        assertThat(entries()).singleElement().satisfies(entry -> {
            assertThat(entry.outcome()).isEqualTo(Entry.Outcome.FAILED);
            assertThat(entry.facts()).containsExactly(Map.entry("error", "vault.missing"));
        });
    }

    @Test
    void anAttemptIsEnteredBeforeItIsDoneAndAfterwardsHowItWent() throws Exception {
        journals.of(vault).attempt(BACKUP, () -> {
            assertThat(entries()).extracting(Entry.Known::outcome).containsExactly(Entry.Outcome.BEGUN);
            assertThat(flaws()).extracting(Flaw::kind).containsExactly(Flaw.Kind.UNFINISHED);
            return "done";
        }, _ -> Map.of());
        assertThat(entries()).extracting(Entry.Known::outcome).containsExactly(Entry.Outcome.BEGUN,
                Entry.Outcome.DONE);
        assertThat(flaws()).isEmpty();
    }

    @Test
    void whoseSlotIsRemovedMeanwhileEntersNothingInVain() throws Exception {
        try (KeySource key = key(2)) {
            vault.keys().add(key, Role.CAPTURE, "db1");
        }
        try (Vault capture = open(store, 2)) {
            journals.of(capture).attempt(BACKUP, () -> {
                vault.keys().remove(capture.keys().slot().digest());
                return "done";
            }, _ -> Map.of());
        }
        vault.refresh();
        assertThat(complaints).singleElement().asString().contains("backup.take");
        assertThat(flaws()).extracting(Flaw::kind).containsExactly(Flaw.Kind.UNFINISHED);
    }

    @Test
    void aLongNameIsEnteredByItsBeginning() throws Exception {
        journals.of(vault).attempt(Deed.of("restore.run", "into /" + "x".repeat(5000)), () -> "done",
                _ -> Map.of("reason", "\u20ac".repeat(5000)));
        assertThat(entries()).hasSize(2).allSatisfy(entry -> assertThat(entry.subject()).hasSize(1000));
        assertThat(entries().getLast().facts().get("reason")).hasSize(433);
        assertThat(complaints).isEmpty();
    }

    @Test
    void anAttemptThatIsStoppedStaysUnfinished() throws Exception {
        assertThatThrownBy(() -> journals.of(vault).attempt(BACKUP, () -> {
            throw new InterruptedException("Ctrl-C");
        }, _ -> Map.of())).isInstanceOf(InterruptedException.class);
        assertThat(flaws()).singleElement().satisfies(flaw -> {
            assertThat(flaw.kind()).isEqualTo(Flaw.Kind.UNFINISHED);
            assertThat(flaw.subject()).endsWith("backup.take");
        });
    }

    @Test
    void anAttemptThatCannotBeEnteredIsMadeAndThatIsSaidOnce() throws Exception {
        try (Vault denied = open(new ReadOnlyStore(store), 1)) {
            assertThat(journals.of(denied).<String>attempt(BACKUP, () -> "done", _ -> Map.of())).isEqualTo("done");
        }
        assertThat(complaints).hasSize(1);
        assertThat(entries()).isEmpty();
    }

    @Test
    void anAttemptThatCouldNotBeEnteredAtFirstIsEnteredWithItsOutcome() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        FaultyStore shaky = new FaultyStore(store, call -> away.get() && call.subject().startsWith("ledger/")
                ? Optional.of(FaultyStore.Fault.ERROR_AFTER)
                : Optional.empty());
        try (Vault here = open(shaky, 1)) {
            journals.of(here).attempt(BACKUP, () -> {
                away.set(false);
                return "done";
            }, _ -> Map.of());
        }
        assertThat(complaints).hasSize(1);
        assertThat(entries()).extracting(Entry.Known::outcome).containsExactly(Entry.Outcome.BEGUN,
                Entry.Outcome.DONE);
        assertThat(flaws()).isEmpty();
    }

    @Test
    void whatCannotBeEnteredIsSaidAndStands() throws Exception {
        try (Vault denied = open(new ReadOnlyStore(store), 1)) {
            assertThat(journals.of(denied).<String>enter(BACKUP, () -> "done", _ -> Map.of())).isEqualTo("done");
        }
        assertThat(complaints).singleElement().asString().contains("could not be entered", "backup.take");
        assertThat(entries()).isEmpty();
    }

    @Test
    void anInterruptionAfterTheDeedDoesNotUndoIt() throws Exception {
        String result = journals.of(vault).enter(BACKUP, () -> {
            Thread.currentThread().interrupt();
            return "done";
        }, _ -> Map.of());
        assertThat(result).isEqualTo("done");
        boolean isTold = Thread.interrupted();
        assertThat(isTold || entries().size() == 1).isTrue();
    }

    @Test
    void whatIsAnnouncedBeginsOnlyOnceItIsEntered() throws Exception {
        Deed rotate = Deed.of("keys.rotate", "a new epoch");
        journals.of(vault).announce(rotate, () -> {
            assertThat(entries()).singleElement().satisfies(
                    entry -> assertThat(entry.outcome()).isEqualTo(Entry.Outcome.BEGUN));
            return vault.keys().newEpoch(true);
        }, epoch -> Map.of("epoch", epoch.toString()));
        assertThat(entries()).extracting(Entry.Known::outcome).containsExactly(Entry.Outcome.BEGUN,
                Entry.Outcome.DONE);
        try (Vault denied = open(new ReadOnlyStore(store), 1)) {
            assertThatThrownBy(() -> journals.of(denied).announce(rotate, () -> {
                throw new AssertionError("it must not begin");
            }, _ -> Map.of())).isInstanceOf(LedgerFault.NotEntered.class);
        }
    }

    @Test
    void aRoleThatMayNotSpeakOfItLeavesTheRefusalToTheDeed() throws Exception {
        try (KeySource key = key(2)) {
            vault.keys().add(key, Role.CAPTURE, "db1");
        }
        try (Vault capture = open(store, 2)) {
            assertThatThrownBy(() -> journals.of(capture).announce(Deed.of("keys.rotate", "x"),
                    () -> capture.keys().newEpoch(true), _ -> Map.of())).isInstanceOf(VaultFault.NotGranted.class);
        }
        assertThat(entries()).isEmpty();
    }

    @Test
    void aKeyThatRemovesItselfIsEnteredBefore() throws Exception {
        try (KeySource key = key(2)) {
            vault.keys().add(key, Role.OWNER, "second");
        }
        try (Vault second = open(store, 2)) {
            journals.of(second).announceLast(Deed.of("keys.remove", "itself"), () -> {
                second.keys().remove(second.keys().slot().digest());
                return "done";
            });
        }
        vault.refresh();
        assertThat(entries()).extracting(Entry.Known::outcome).containsExactly(Entry.Outcome.BEGUN);
        assertThat(flaws()).isEmpty();
    }

    @Test
    void whatThisHostWroteIsMissedByThisHost() throws Exception {
        journals.of(vault).enter(BACKUP, () -> "done", _ -> Map.of());
        String lost = vault.ledger().read().batches().getFirst().key().value();
        store.delete(Key.of(lost));
        assertThat(flaws()).singleElement().satisfies(flaw -> {
            assertThat(flaw.isDamage()).isTrue();
            assertThat(flaw.subject()).isEqualTo(lost);
        });
        assertThat(vault.verifyLedger(List.of()).isWhole()).as("it is not forgotten by being told once").isFalse();
    }

    /** Without what was made before there was a journal. */
    private List<Flaw> flaws() throws InterruptedException {
        return vault.verifyLedger(List.of()).flaws().stream().filter(flaw -> flaw.kind() != Flaw.Kind.UNTOLD).toList();
    }

    private List<Entry.Known> entries() throws InterruptedException {
        List<Entry.Known> entries = new ArrayList<>();
        vault.ledger().read().batches().forEach(batch -> batch.batch().entries()
                .forEach(entry -> entries.add((Entry.Known) entry)));
        return entries;
    }

    private Vault open(Store where, int number) throws InterruptedException {
        try (KeySource key = key(number)) {
            return Vault.open(where, key, instruments());
        }
    }

    private Instruments instruments() {
        return new Instruments(InstantSource.system(), new SecureRandom(), state, 1);
    }

    private static KeySource key(int number) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) number);
        return KeySource.raw(key);
    }
}
