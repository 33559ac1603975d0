// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Month;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.proof.Examined;
import dev.muster.vault.proof.Level;
import dev.muster.vault.proof.Proof;
import dev.muster.vault.proof.Stretch;
import dev.muster.vault.seal.Role;
import dev.muster.vault.snapshot.WalNeed;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Bodies of the ledger and of proofs: one encoding each, and no bytes that are more than refused. */
class LedgerCodecTest {

    private static final Instant TIME = Instant.parse("2026-11-20T23:59:59.123456Z");
    private static final Digest DIGEST = Digest.sha256(new byte[]{1});
    private static final Heads SEEN = new Heads(
            List.of(new ObjectKey.Ledger(new Month(202611), new Uid(3, 4), 0xFFFF_FFFFL, DIGEST)), List.of(DIGEST));
    private static final Session SESSION = new Session(new Uid(5, 6), TIME,
            new Session.Actor("db1", "postgres", "muster 1.2", "nightly é"));

    private static Entry known(String action, Map<String, String> facts) {
        return new Entry.Known(TIME, action, Entry.Outcome.DONE, "clinic", "snapshot 1234", facts);
    }

    private static Batch batch(long sequence, Entry... entries) {
        return new Batch(new Uid(1, 2), SESSION,
                new Batch.Link(sequence, sequence == 1 ? Digest.NONE : DIGEST, sequence > 1), SEEN, List.of(entries));
    }

    private static final Batch BATCH = batch(1, known("backup.take", Map.of("bytes", "12", "é", "x")),
            new Entry.Unknown(new byte[]{2, 9, 9}), known("future.thing", Map.of()));
    private static final Checkpoint CHECKPOINT = new Checkpoint(new Uid(1, 2), TIME, "db1", SEEN, 77,
            Optional.of(new Month(201901)));
    private static final Proof PROOF = new Proof(new Uid(1, 2),
            new Proof.Origin(new Uid(5, 6), TIME, TIME.plusSeconds(9), "db1", "postgres"),
            new Proof.Subject("clinic", DIGEST, "v7"),
            new Proof.Result(Level.ASSERTED, false, List.of(new Proof.Assertion("patients", true, 1234, -9)),
                    List.of("row counts differ"), TIME.plusSeconds(99)),
            new Examined(new Examined.Amount(5, 1 << 30), new Examined.Amount(9, 1L << 40), TIME,
                    List.of(new Stretch(0, 5), new Stretch(1L << 62, -2))),
            new Proof.Recovery(List.of(new WalNeed(new Uid(7, 8), 2, 100, -1)), -5, 170_004));

    @Test
    void everyBodyIsReadAsItWasWritten() {
        assertThat(read(BATCH.encode(), Batch::decode)).isEqualTo(BATCH);
        Batch second = batch(2);
        assertThat(read(second.encode(), Batch::decode)).isEqualTo(second);
        assertThat(read(CHECKPOINT.encode(), Checkpoint::decode)).isEqualTo(CHECKPOINT);
        assertThat(read(PROOF.encode(), Proof::decode)).isEqualTo(PROOF);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {31, 32, 33})
    void alteredBodiesAreDamageOrSomethingElseButNothingWorse(long seed) {
        Random random = new Random(seed);
        int accepted = 0;
        for (int round = 0; round < 3_000; round++) {
            accepted += accepted(alter(BATCH.encode(), random), Batch::decode, Batch::encode);
            accepted += accepted(alter(CHECKPOINT.encode(), random), Checkpoint::decode, Checkpoint::encode);
            accepted += accepted(alter(PROOF.encode(), random), Proof::decode, Proof::encode);
        }
        assertThat(accepted).as("seed " + seed).isBetween(1, 8_999);
    }

    @Test
    void whatBreaksALimitIsRefusedOnBothSides() {
        assertThatThrownBy(() -> known("nodot", Map.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> known("Backup.take", Map.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> known("a.b", Map.of("k", "x".repeat(4096))))
                .isInstanceOf(IllegalArgumentException.class);
        byte[] dotless = new Encoder().u8(1).time(TIME).text("nodot").u8(1).text("").text("").varint(0).toByteArray();
        Decoder outer = new Decoder("x", new byte[0]);
        assertThatThrownBy(() -> Entry.decode(dotless, outer)).isInstanceOf(VaultFault.Damage.class);
        assertThatThrownBy(() -> Entry.decode(new byte[0], outer)).isInstanceOf(VaultFault.Damage.class);
        assertThatThrownBy(() -> new Batch(Uid.NONE, SESSION, new Batch.Link(2, Digest.NONE, false), SEEN, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Examined(Examined.Amount.NONE, Examined.Amount.NONE, TIME,
                List.of(new Stretch(0, 5), new Stretch(5, 6)))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rolesSpeakOfWhatIsTheirs() {
        assertThat(Family.maySay(Role.CAPTURE, "backup.take")).isTrue();
        assertThat(Family.maySay(Role.CAPTURE, "keys.remove")).isFalse();
        assertThat(Family.maySay(Role.CAPTURE, "gc.run")).isFalse();
        assertThat(Family.maySay(Role.CAPTURE, "proof.check")).isFalse();
        assertThat(Family.maySay(Role.REAP, "backup.take")).isFalse();
        assertThat(Family.maySay(Role.REAP, "gc.run")).isTrue();
        assertThat(Family.maySay(Role.RESTORE, "restore.run")).isTrue();
        assertThat(Family.maySay(Role.RESTORE, "check.run")).isTrue();
        assertThat(Family.maySay(Role.OWNER, "keys.remove")).isTrue();
        assertThat(Family.maySay(Role.REAP, "future.thing")).isTrue();
    }

    @Test
    void monthsAreCountedAcrossYears() {
        assertThat(Month.of(TIME)).isEqualTo(new Month(202611));
        assertThat(new Month(202601).before()).isEqualTo(new Month(202512));
        assertThat(new Month(197001).before()).isEqualTo(new Month(197001));
        assertThat(new Month(202011).until(new Month(202611))).isEqualTo(72);
        assertThat(Month.of(Instant.ofEpochSecond(-9_000_000_000_000L))).isEqualTo(new Month(197001));
        assertThat(Month.of(Instant.ofEpochSecond(9_000_000_000_000L))).isEqualTo(new Month(999912));
        assertThatThrownBy(() -> new Month(202613)).isInstanceOf(IllegalArgumentException.class);
    }

    private static <T> T read(byte[] body, Function<Decoder, T> decode) {
        Decoder in = new Decoder("x", body);
        T said = decode.apply(in);
        in.end();
        return said;
    }

    /** Whatever is accepted has one encoding only. */
    private static <T> int accepted(byte[] body, Function<Decoder, T> decode, Function<T, byte[]> encode) {
        T said;
        try {
            said = read(body, decode);
        } catch (VaultFault.Damage _) {
            return 0;
        }
        assertThat(encode.apply(said)).isEqualTo(body);
        return 1;
    }

    private static byte[] alter(byte[] body, Random random) {
        byte[] altered = random.nextInt(4) == 0 ? Arrays.copyOf(body, random.nextInt(body.length + 3)) : body.clone();
        for (int flips = 1 + random.nextInt(3); flips > 0 && altered.length > 0; flips--) {
            altered[random.nextInt(altered.length)] = (byte) random.nextInt();
        }
        return altered;
    }
}
