// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.fixture.SeededRandom;
import dev.muster.vault.fixture.Stores;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestKeys;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Month;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.Uid;
import dev.muster.vault.proof.Examined;
import dev.muster.vault.proof.Level;
import dev.muster.vault.proof.Proof;
import dev.muster.vault.proof.Proofs;
import dev.muster.vault.proof.Stretch;
import dev.muster.vault.seal.Role;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.statement.Statements;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Two batches, a checkpoint and a proof that an earlier release wrote: these bytes are the format. */
class LedgerVectorTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final String RESOURCE = "/vectors/v1/ledger.txt";
    private static final Instant TIME = Instant.parse("2026-11-20T12:00:00.123456Z");
    private static final Uid INSTANCE = new Uid(0x1111, 0x2222);
    private static final Session SESSION = new Session(new Uid(0x3333, 0x4444), TIME,
            new Session.Actor("db1", "postgres", "muster 1", "nightly"));
    private static final Digest SNAPSHOT = Digest.sha256(new byte[]{1});
    private static final Entry KNOWN = new Entry.Known(TIME.plusSeconds(1), "backup.take", Entry.Outcome.DONE, "clinic",
            "snapshot 4bf5122f3445", Map.of("bytes", "1234", "lsn", "0/17000100"));
    private static final Heads SEEN = new Heads(
            List.of(new ObjectKey.Ledger(new Month(202610), new Uid(0x5555, 0x6666), 26, SNAPSHOT)), List.of(SNAPSHOT));
    private static final Proof PROOF = new Proof(INSTANCE,
            new Proof.Origin(SESSION.uid(), TIME, TIME.plusSeconds(60), "db1", "postgres"),
            new Proof.Subject("clinic", SNAPSHOT, ""),
            new Proof.Result(Level.ASSERTED, false, List.of(new Proof.Assertion("patients", true, 1234, 0x17000100)),
                    List.of("row counts differ"), TIME.plusSeconds(3600)),
            new Examined(new Examined.Amount(5, 1 << 30), new Examined.Amount(9, 1L << 40), TIME,
                    List.of(new Stretch(0, 5), new Stretch(1L << 62, -2))),
            new Proof.Recovery(List.of(new WalNeed(new Uid(0x7777, 0x8888), 2, 0x17000000, 0x17000100)), 0x17000100,
                    170_004));

    private final TestKeys keys = new TestKeys(20_261_120);
    private final TestClock clock = new TestClock();

    /** Argument: the file to write. Only for a new version of the format: what is frozen stays. */
    public static void main(String[] arguments) throws Exception {
        LedgerVectorTest test = new LedgerVectorTest();
        MemoryStore store = new MemoryStore(test.clock);
        StringBuilder text =
                new StringBuilder("# Frozen: two batches of the ledger, a checkpoint and a proof, sealed with "
                        + "the keys of seed 20261120. Never edit.\n");
        test.bodies().forEach((name, body) -> text.append(name).append('=').append(HEX.formatHex(body)).append('\n'));
        test.write(store);
        int number = 1;
        for (Map.Entry<Key, byte[]> object : Stores.picture(store).entrySet()) {
            text.append("object.").append(number++).append('=').append(object.getKey().value()).append(' ')
                    .append(HEX.formatHex(object.getValue())).append('\n');
        }
        Files.writeString(Path.of(arguments[0]), text);
    }

    private Map<String, byte[]> bodies() {
        Map<String, byte[]> bodies = new LinkedHashMap<>();
        bodies.put("body.first", first().encode());
        bodies.put("body.checkpoint", checkpoint().encode());
        bodies.put("body.proof", PROOF.encode());
        return bodies;
    }

    private static Batch first() {
        return new Batch(INSTANCE, SESSION, new Batch.Link(1, Digest.NONE, false), SEEN,
                List.of(KNOWN, new Entry.Unknown(new byte[]{2, 3, 4})));
    }

    private static Checkpoint checkpoint() {
        return new Checkpoint(INSTANCE, TIME, "db1", SEEN, 77, Optional.of(new Month(202011)));
    }

    private Statements statements(MemoryStore store) {
        return new Statements(store, keys.chain(Role.OWNER), keys.signer(Role.OWNER), keys.authority(),
                new SeededRandom(9));
    }

    private void write(MemoryStore store) throws InterruptedException {
        Ledger ledger = new Ledger(statements(store), INSTANCE);
        LedgerWriter writer = new LedgerWriter(ledger, SESSION.uid(), SESSION.actor(), LedgerWriter.Remembrance.NONE);
        writer.add(KNOWN);
        writer.add(new Entry.Unknown(new byte[]{2, 3, 4}));
        writer.flush();
        writer.end();
        ledger.checkpoint(ledger.read(), "db1", TIME);
        new Proofs(statements(store), INSTANCE).put(PROOF);
    }

    @Test
    void theFrozenObjectsAreRead() throws Exception {
        Properties frozen = frozen();
        MemoryStore store = new MemoryStore(clock);
        for (int at = 1; frozen.containsKey("object." + at); at++) {
            String[] object = frozen.getProperty("object." + at).split(" ", -1);
            store.put(Key.of(object[0]), Content.of(HEX.parseHex(object[1])));
        }
        Ledger ledger = new Ledger(statements(store), INSTANCE);
        VerifyLedger.Verified verified = VerifyLedger.read(ledger, true, Heads.NONE, List.of());
        assertThat(verified.isWhole()).isTrue();
        assertThat(verified.view().batches()).hasSize(2).extracting(each -> each.batch().session()).containsOnly(
                SESSION);
        assertThat(verified.view().batches().getFirst().batch().entries()).first().isEqualTo(KNOWN);
        assertThat(verified.view().heads().checkpoints()).hasSize(1);
        assertThat(verified.view().heads().batches()).isEmpty();
        assertThat(new Proofs(statements(store), INSTANCE).read().said()).singleElement()
                .satisfies(stored -> assertThat(stored.proof()).isEqualTo(PROOF));
    }

    @Test
    void theFrozenBodiesAreWrittenByteForByte() throws Exception {
        Properties frozen = frozen();
        bodies().forEach((name, body) -> assertThat(HEX.formatHex(body)).as(name).isEqualTo(frozen.getProperty(name)));
    }

    private static Properties frozen() throws IOException {
        Properties frozen = new Properties();
        var resource = Objects.requireNonNull(LedgerVectorTest.class.getResourceAsStream(RESOURCE));
        try (var reader = new InputStreamReader(resource, StandardCharsets.US_ASCII)) {
            frozen.load(reader);
        }
        return frozen;
    }
}
