// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

import dev.muster.store.BlobInfo;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.Vault;
import dev.muster.vault.collect.CollectLimits;
import dev.muster.vault.fixture.Around;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.Stores;
import dev.muster.vault.fixture.TestVault;
import dev.muster.vault.key.KeySource;
import dev.muster.vault.key.SlotInfo;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import dev.muster.vault.wal.WalSpan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

/** A copy is the repository again, to read from. */
class CopyRepositoryTest {

    @TempDir
    private Path state;

    private Pair pair;

    @BeforeEach
    void begin() throws Exception {
        pair = new Pair(state);
        pair.capture();
        pair.stream(100_000);
        pair.stream(300_000);
        pair.capture();
    }

    @Test
    void aCopyIsReadLikeTheOriginal() throws Exception {
        CopyPlan plan = new CopyRepository(pair.original, pair.copy, (_, _) -> {
        }).plan();
        assertThat(plan.first()).isTrue();
        assertThat(Pair.keys(pair.copy, Kind.REPLICA)).as("a plan does nothing").isEmpty();
        CopyReport report = pair.copy();
        assertThat(report.isWhole()).isTrue();
        assertThat(report.copied()).isEqualTo(plan.missing());
        assertThat(pair.readAll(pair.copy)).hasSize(2);
        assertThat(pair.open(pair.copy).wal("x").cover(pair.lineage.incarnation()).end()).hasValue(400_000);
        pair.assertSound(pair.copy, "the copy");
    }

    @Test
    void anotherRunCopiesWhatIsNewAndSaysWhatTheOriginalHasNoMore() throws Exception {
        pair.copy();
        assertThat(pair.copy().copied().objects()).isZero();
        pair.removeOldest();
        pair.collect();
        pair.capture();
        CopyReport report = pair.copy();
        assertThat(report.copied().objects()).isBetween(3L, 12L);
        assertThat(report.onlyThere().objects()).isPositive();
        assertThat(pair.readAll(pair.copy)).as("what was removed does not come back").hasSize(2);
        pair.assertSound(pair.copy, "the copy");
    }

    @Test
    void theMarkOfACopyIsAnEnvelopeAndNothingElse() throws Exception {
        var _ = ReplicaMark.put(pair.copy, new Uid(0x0102_0304_0506_0708L, 0x090A_0B0C_0D0E_0F10L));
        Key key = Key.of("replica/07f2365e46f0bc0100d7e2982bbaac30580316658eafe53594120a214bdd20b6");
        assertThat(HexFormat.of().formatHex(pair.copy.read(key, Range.whole())))
                .isEqualTo("894d55535445520a" + "0001" + "17" + "01" + "00000000" + "00000000" + "00000000"
                        + "0102030405060708090a0b0c0d0e0f10" + "0000000000000000");
    }

    @Test
    void aCopyOfACopyIsACopy() throws Exception {
        pair.copy();
        MemoryStore third = new MemoryStore(pair.clock);
        Pair.copy(pair.copy, third);
        assertThat(pair.readAll(third)).hasSize(2);
        assertThat(pair.copy().copied().objects()).as("and adds to either").isZero();
    }

    @Test
    void howFarACopyIsBehindIsSaidToTheByte() throws Exception {
        assertThat(CopyLag.between(pair.original, pair.copy))
                .satisfies(lag -> assertThat(lag.begun()).isFalse())
                .satisfies(lag -> assertThat(lag.walBytesMissing()).isEqualTo(400_000))
                .satisfies(lag -> assertThat(lag.snapshotsMissing()).isEqualTo(2));
        pair.copy();
        assertThat(CopyLag.between(pair.original, pair.copy).isNone()).isTrue();
        var before = pair.clock.instant();
        pair.stream(Pair.SEGMENT - 400_000);
        pair.stream(20_000);
        pair.capture();
        CopyLag lag = CopyLag.between(pair.original, pair.copy);
        assertThat(lag.walBytesMissing()).isEqualTo(Pair.SEGMENT - 380_000);
        assertThat(lag.snapshotsMissing()).isEqualTo(1);
        assertThat(lag.since().orElseThrow()).isAfter(before).isBefore(pair.clock.instant());
        pair.copy();
        pair.fold();
        assertThat(CopyLag.between(pair.original, pair.copy).isNone()).as("the same bytes in one range").isTrue();
    }

    @Test
    void aHoleInTheLogOfACopyIsBehind() throws Exception {
        pair.stream(50_000);
        Key lost = Pair.keys(pair.original, Kind.WAL).get(1);
        CopyReport report = Pair.copy(new Around(pair.original) {
            @Override
            public <R> R get(Key key, Range range, Reading<R> reading) throws InterruptedException {
                if (key.equals(lost)) {
                    throw StoreException.OutOfRange.of(key, place(), range);
                }
                return super.get(key, range, reading);
            }
        }, pair.copy);
        assertThat(report.isWhole()).isFalse();
        CopyLag lag = CopyLag.between(pair.original, pair.copy);
        assertThat(lag.isNone()).isFalse();
        assertThat(lag.walBytesMissing()).as("what lies behind the hole is there").isEqualTo(300_000);
    }

    @Test
    void aCopyInsideOfItsOriginalIsRefusedAndLeavesNothing() throws Exception {
        Store below = new Around(pair.original) {
            private Key moved(Key key) {
                return Key.of("copy/" + key.value());
            }

            @Override
            public BlobInfo put(Key key, Content content) throws InterruptedException {
                var _ = super.put(moved(key), content);
                return stat(key).orElseThrow();
            }

            @Override
            public Optional<BlobInfo> stat(Key key) throws InterruptedException {
                return super.stat(moved(key)).map(info -> BlobInfo.of(key, info.length(), info.storeTime()));
            }

            @Override
            public void delete(Key key) throws InterruptedException {
                super.delete(moved(key));
            }

            @Override
            public void list(Prefix prefix, Each each) throws InterruptedException {
                super.list(Prefix.of("copy/" + prefix.value()), blob -> each.accept(BlobInfo
                        .of(Key.of(blob.key().value().substring(5)), blob.length(), blob.storeTime())));
            }
        };
        int objects = Stores.picture(pair.original).size();
        assertThatThrownBy(() -> Pair.copy(pair.original, below)).isInstanceOf(VaultFault.Refused.class)
                .hasMessageContaining("inside of the original");
        assertThat(Stores.picture(pair.original)).hasSize(objects);
        pair.collect();
    }

    @Test
    void nothingIsCopiedOverARepositoryOrAnythingElse() throws Exception {
        assertThatThrownBy(() -> Pair.copy(pair.original, pair.original)).isInstanceOf(VaultFault.Refused.class);
        Pair other = new Pair(state.resolve("other"));
        assertThatThrownBy(() -> Pair.copy(pair.original, other.original)).isInstanceOf(VaultFault.Refused.class);
        other.copy();
        assertThatThrownBy(() -> Pair.copy(pair.original, other.copy)).isInstanceOf(VaultFault.Refused.class)
                .hasMessageContaining("another repository");
        MemoryStore taken = new MemoryStore(pair.clock);
        taken.put(Key.of("holiday.jpg"), Content.of(new byte[1]));
        assertThatThrownBy(() -> Pair.copy(pair.original, taken)).isInstanceOf(VaultFault.Refused.class);
        assertThatThrownBy(() -> Pair.copy(taken, new MemoryStore(pair.clock)))
                .isInstanceOf(VaultFault.NoRepository.class);
    }

    @Test
    void nobodyWritesToACopy() throws Exception {
        pair.copy();
        Vault vault = pair.open(pair.copy);
        assertThat(vault.isReplica()).isTrue();
        int objects = Stores.picture(pair.copy).size();
        SourceTree tree = new SourceTree().file("a", 10, 1);
        assertThatThrownBy(() -> TestVault.capture(vault, tree)).isInstanceOf(VaultFault.Refused.class);
        assertThatThrownBy(() -> vault.collect("x", CollectLimits.usual(), (_, _, _) -> {
        })).isInstanceOf(VaultFault.Refused.class);
        assertThatThrownBy(() -> {
            try (KeySource key = KeySource.raw(new byte[32])) {
                vault.keys().add(key, Role.CAPTURE, "another");
            }
        }).isInstanceOf(VaultFault.Refused.class);
        assertThatThrownBy(() -> {
            try (var writer = vault.wal("x").writer(pair.lineage, 1)) {
                writer.put(new WalSpan(400_000, 400_010), Optional.empty(), pair.clock.instant(), (_, _, _, _) -> {
                });
            }
        }).isInstanceOf(VaultFault.Refused.class);
        assertThat(Stores.picture(pair.copy)).hasSize(objects);
    }

    @Test
    void whatIsDamagedInTheOriginalIsNotSpreadAndTheRestIsCopied() throws Exception {
        Key bad = Pair.keys(pair.original, Kind.DATA).getFirst();
        byte[] bytes = pair.original.read(bad, Range.whole());
        bytes[bytes.length / 2] ^= 1;
        pair.original.delete(bad);
        pair.original.put(bad, Content.of(bytes));
        CopyReport report = pair.copy();
        assertThat(report.isWhole()).isFalse();
        assertThat(report.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.key()).isEqualTo(bad.value());
            assertThat(finding.damage()).isTrue();
        });
        assertThat(pair.copy.stat(bad)).isEmpty();
        assertThat(pair.open(pair.copy).snapshots()).hasSize(2);
        bytes[bytes.length / 2] ^= 1;
        pair.original.delete(bad);
        pair.original.put(bad, Content.of(bytes));
        assertThat(pair.copy().isWhole()).isTrue();
        assertThat(pair.readAll(pair.copy)).hasSize(2);
    }

    @Test
    void whatWasCutAtTheCopyIsSaid() throws Exception {
        pair.copy();
        Key cut = Pair.keys(pair.copy, Kind.DATA).getFirst();
        byte[] bytes = pair.copy.read(cut, Range.whole());
        pair.copy.delete(cut);
        pair.copy.put(cut, Content.of(bytes, 0, bytes.length - 1));
        assertThat(pair.copy().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.place()).isEqualTo(pair.copy.place());
            assertThat(finding.key()).isEqualTo(cut.value());
        });
        pair.copy.delete(cut);
        assertThat(pair.copy().copied().objects()).as("a run after it was taken away mends it").isEqualTo(1);
        assertThat(pair.readAll(pair.copy)).hasSize(2);
    }

    @Test
    void whatIsOfNoRepositoryStaysWhereItIsAndWhatANewerReleaseWroteIsCopied() throws Exception {
        byte[] note = "note".getBytes(StandardCharsets.UTF_8);
        pair.original.put(Key.of("notes.txt"), Content.of(note));
        Key newer = Key.of("plan/" + Digest.sha256(note).hex());
        pair.original.put(newer, Content.of(note));
        CopyReport report = pair.copy();
        assertThat(report.isWhole()).isTrue();
        assertThat(report.findings()).singleElement()
                .satisfies(finding -> assertThat(finding.key()).isEqualTo("notes.txt"));
        assertThat(pair.copy.stat(newer)).isPresent();
        assertThat(pair.copy.stat(Key.of("notes.txt"))).isEmpty();
    }

    @Test
    void sessionsOfTheOriginalAreNotCopiedAndReadersMayReadTheCopy() throws Exception {
        try (var _ = pair.owner.hold(pair.owner.snapshots().getFirst(), "db2", "restore")) {
            pair.copy();
            assertThat(Pair.keys(pair.original, Kind.CANDIDATE)).hasSize(1);
            assertThat(Pair.keys(pair.copy, Kind.CANDIDATE)).isEmpty();
        }
        Vault vault = pair.open(pair.copy);
        try (var _ = vault.hold(vault.snapshots().getFirst(), "db2", "restore")) {
            assertThat(Pair.keys(pair.copy, Kind.CANDIDATE)).hasSize(1);
            assertThat(pair.copy().onlyThere().objects()).isZero();
        }
    }

    @Test
    void aKeyThatWasRemovedOpensNoCopyMadeSince() throws Exception {
        var _ = TestVault.openAs(Role.RESTORE, pair.owner, pair.original, state.resolve("r"), pair.clock);
        pair.copy();
        pair.owner.refresh();
        SlotInfo lost = pair.owner.keys().slots().stream().filter(slot -> slot.role() == Role.RESTORE).findFirst()
                .orElseThrow();
        pair.owner.keys().remove(lost.digest());
        pair.copy();
        Vault vault = pair.open(pair.copy);
        assertThat(vault.keys().slots().stream().filter(slot -> slot.retired().isPresent())).hasSize(1);
        assertThat(vault.notices()).singleElement(STRING)
                .contains("keys were removed");
        assertThat(pair.readAll(pair.copy)).hasSize(2);
    }
}
