// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

import dev.muster.vault.index.Condemned;
import dev.muster.vault.index.IndexObject;
import dev.muster.vault.index.IndexedPack;
import dev.muster.vault.index.Quarantine;
import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.roll.RollEntry;
import dev.muster.vault.roll.RollEvent;
import dev.muster.vault.tree.TreeRoot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The bodies of the metadata objects of a capture: one encoding each, and no bytes that are more than refused. */
class StatementCodecTest {

    private final Random dice = new Random(1);

    private record Codec<T>(String name, List<T> samples, Function<T, byte[]> encode, Function<Decoder, T> decode) {

        void everySampleComesBack() {
            for (T sample : samples) {
                assertThat(decode(encode.apply(sample))).as(name).isEqualTo(sample);
            }
        }

        T decode(byte[] bytes) {
            Decoder in = new Decoder(name, bytes);
            T decoded = decode.apply(in);
            in.end();
            return decoded;
        }

        int accepted(byte[] bytes) {
            T decoded;
            try {
                decoded = decode(bytes);
            } catch (VaultFault.Damage _) {
                return 0;
            }
            assertThat(encode.apply(decoded)).as(name).isEqualTo(bytes);
            return 1;
        }
    }

    private List<Codec<?>> codecs() {
        return List.of(new Codec<>("snapshot", list(this::snapshot), SnapshotBody::encode, SnapshotBody::decode),
                new Codec<>("candidate", list(this::candidate), Candidate::encode, Candidate::decode),
                new Codec<>("abandon", list(() -> new Abandon(uid(), uid(), dice.nextBoolean(), text())),
                        Abandon::encode, Abandon::decode),
                new Codec<>("roll", list(this::rollEntry), RollEntry::encode, RollEntry::decode),
                new Codec<>("index", list(this::index), IndexObject::encode, IndexObject::decode),
                new Codec<>("condemned", list(() -> new Condemned(uid(), uid(), list(this::text))), Condemned::encode,
                        Condemned::decode),
                new Codec<>("roster",
                        list(() -> new Condemned(uid(), uid(), List.of(), List.of(digest()), list(this::uid))),
                        Condemned::encode, Condemned::decode),
                new Codec<>("quarantine", list(() -> new Quarantine(time(), text(),
                        list(() -> new Quarantine.Place(digest(), dice.nextInt(1 << 26))))), Quarantine::encode,
                        Quarantine::decode));
    }

    @Test
    void everyBodyIsReadAsItWasWritten() {
        codecs().forEach(Codec::everySampleComesBack);
    }

    @Test
    void whateverADecoderAcceptsHasOneEncoding() {
        for (Codec<?> codec : codecs()) {
            int accepted = 0;
            for (int round = 0; round < 3000; round++) {
                accepted += mutate(codec);
            }
            assertThat(accepted).as(codec.name()).isBetween(1, 2999);
        }
    }

    @Test
    void aSnapshotWithMoreThanItsLimitsIsRefusedOnBothSides() {
        SnapshotBody body = snapshot();
        SnapshotBody large = new SnapshotBody(body.session(), body.source(), body.begun(), body.completed(),
                body.table(), body.counts(), body.needs(), Map.of("a", "x".repeat(4090)), Map.of("b", "y"), List.of());
        assertThatThrownBy(large::encode).isInstanceOf(IllegalArgumentException.class);
        assertThat(SnapshotBody.mapBytes(large.tags(), large.facts())).isGreaterThan(SnapshotBody.MAPS_BYTES_MAX);
        assertThatThrownBy(() -> new WalNeed(uid(), 1, 5, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WalNeed(uid(), 0, 5, 6)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new WalNeed(uid(), 1, 5, -1).end()).isEqualTo(-1);
    }

    private <T> int mutate(Codec<T> codec) {
        byte[] bytes = codec.encode().apply(codec.samples().get(dice.nextInt(codec.samples().size())));
        byte[] mutated = dice.nextInt(4) == 0 ? Arrays.copyOf(bytes, dice.nextInt(bytes.length + 3)) : bytes.clone();
        for (int flips = 1 + dice.nextInt(3); flips > 0 && mutated.length > 0; flips--) {
            mutated[dice.nextInt(mutated.length)] = (byte) dice.nextInt();
        }
        return codec.accepted(mutated);
    }

    private SnapshotBody snapshot() {
        return new SnapshotBody(uid(), new CaptureSource(text(), text(), text(), text()), time(), time(), root(),
                new SnapshotCounts(dice.nextInt(9), dice.nextInt(Integer.MAX_VALUE), dice.nextInt(99), dice.nextInt(9)),
                list(this::need), Map.of("k" + dice.nextInt(9), text(), "é", text()), Map.of("v", text()),
                list(this::digest));
    }

    private Candidate candidate() {
        Candidate.Step step = List.of(Candidate.Step.values()).get(dice.nextInt(3));
        return new Candidate(uid(), uid(), step, text(), text(), list(this::root), list(this::need), uid());
    }

    private RollEntry rollEntry() {
        return new RollEntry(uid(), list(this::digest), time(), text(), list(this::event));
    }

    private RollEvent event() {
        long start = dice.nextLong();
        RollEvent.Release release = new RollEvent.Release(uid(), start == -1 ? 0 : start, -1);
        RollEvent.Hold hold = new RollEvent.Hold(uid(), digest(), text());
        return switch (dice.nextInt(7)) {
            case 0 -> new RollEvent.Committed(digest());
            case 1 -> new RollEvent.Removed(digest());
            case 2 -> new RollEvent.LineageBegun(uid());
            case 3 -> new RollEvent.WalReleased(release);
            case 4 -> new RollEvent.Held(hold);
            case 5 -> new RollEvent.HoldEnded(uid(), text());
            default -> new RollEvent.Checkpoint(list(this::digest), List.of(release), List.of(hold));
        };
    }

    private IndexObject index() {
        List<IndexedPack> packs = List.of(new IndexedPack(digest(), 1 << 26), new IndexedPack(digest(), 1 << 26));
        return new IndexObject(dice.nextBoolean() ? Kind.DATA : Kind.MAP, list(this::digest), packs,
                list(() -> ref(packs.get(dice.nextInt(2)).digest())));
    }

    private TreeRoot root() {
        return new TreeRoot(ref(digest()), dice.nextInt(8));
    }

    private BlockRef ref(Digest pack) {
        int plainLength = 1 + dice.nextInt(1 << 20);
        return new BlockRef(digest(), pack, 48 + dice.nextInt(1 << 25), 97 + dice.nextInt(plainLength), plainLength);
    }

    private WalNeed need() {
        long start = dice.nextLong();
        return new WalNeed(uid(), 1 + dice.nextInt(9), start >>> 1, start >>> 1 | 0xFFFF);
    }

    private <T> List<T> list(Supplier<T> item) {
        List<T> items = new ArrayList<>();
        for (int left = 1 + dice.nextInt(7); left > 0; left--) {
            items.add(item.get());
        }
        return items;
    }

    private String text() {
        return "text " + dice.nextInt(1000) + " é";
    }

    private Instant time() {
        return Instant.ofEpochSecond(dice.nextInt(), dice.nextInt(1_000_000) * 1000L);
    }

    private Uid uid() {
        return new Uid(dice.nextLong(), dice.nextLong());
    }

    private Digest digest() {
        byte[] bytes = new byte[32];
        dice.nextBytes(bytes);
        return Digest.of(bytes);
    }
}
