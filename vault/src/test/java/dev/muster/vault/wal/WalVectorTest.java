// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Uid;
import dev.muster.vault.seal.Authority;
import dev.muster.vault.seal.Curves;
import dev.muster.vault.seal.EpochKeys;
import dev.muster.vault.seal.KeyChain;
import dev.muster.vault.seal.Role;
import dev.muster.vault.seal.Signer;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Objects that an earlier release wrote: these bytes are the format. */
class WalVectorTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final long START = 0x1700_0000L;
    private static final long FORK = START + 0x100;
    private static final long END = START + 600;

    private final Properties frozen = new Properties();
    private final MemoryStore store = new MemoryStore(InstantSource.fixed(WalRepository.NOW));

    @BeforeEach
    void read() throws IOException, InterruptedException {
        var resource = Objects.requireNonNull(getClass().getResourceAsStream("/vectors/v1/wal.txt"));
        try (var reader = new InputStreamReader(resource, StandardCharsets.US_ASCII)) {
            frozen.load(reader);
        }
        for (var at = 1; at <= 5; at++) {
            var object = frozen.getProperty("object." + at).split(" ", -1);
            store.put(Key.of(object[0]), Content.of(HEX.parseHex(object[1])));
        }
    }

    private byte[] bytes(String name) {
        return HEX.parseHex(frozen.getProperty(name));
    }

    private WalAccess access() {
        var opening = bytes("opening-private-key");
        var signing = bytes("signing-seed");
        var keys = new EpochKeys(1, bytes("metadata-key"), bytes("naming-key"), Curves.agreementPublicOf(opening),
                opening);
        Authority authority = _ -> Optional.of(new Authority.Enrolled(Role.OWNER, Curves.signingPublicOf(signing),
                Optional.empty()));
        var chain = new KeyChain(Uid.parse(frozen.getProperty("repository")), Role.OWNER, 1, List.of(keys));
        return new WalAccess(store, () -> chain,
                new Signer(Digest.parse(frozen.getProperty("slot")), signing), authority, new SecureRandom(),
                InstantSource.fixed(WalRepository.NOW));
    }

    private WalArchive archive() {
        return new WalArchive(access(), new WalRoll() {
            @Override
            public List<Digest> headsSeen() {
                return List.of();
            }

            @Override
            public void lineageBegun(Uid incarnation) {
                throw new AssertionError("nothing begins here");
            }

            @Override
            public WalCover released(Uid incarnation) {
                return WalCover.NOTHING;
            }
        });
    }

    @Test
    void theFrozenLineageIsReadAndWrittenByteForByte() throws Exception {
        var incarnation = Uid.parse(frozen.getProperty("incarnation"));
        var parent = Uid.parse(frozen.getProperty("parent"));
        var history = "1\t0/17000100\tno recovery target specified\n".getBytes(StandardCharsets.US_ASCII);
        var expected = new Lineage(incarnation, new Lineage.Origin(0xF123_4567_89AB_CDEFL, 2, history),
                new Lineage.Descent(Optional.of(parent), FORK, true, START), 16 << 20, 170_004,
                Instant.parse("2026-07-01T12:00:00.123456Z"), "db1");
        var ancestry = archive().ancestry(incarnation);
        assertThat(ancestry).hasSize(2).first().isEqualTo(expected);
        assertThat(ancestry.getLast().descent()).isEqualTo(Lineage.Descent.begin(0x1600_0000L));
        assertThat(expected.encode()).isEqualTo(bytes("lineage-body"));
        assertThat(Lineage.decode("frozen", bytes("lineage-body"))).isEqualTo(expected);
    }

    @Test
    void theFrozenRangesAreReadByThemselvesAndFolded() throws Exception {
        var incarnation = Uid.parse(frozen.getProperty("incarnation"));
        var span = new WalSpan(START, END);
        assertThat(WalBytes.read(archive(), incarnation, span)).isEqualTo(bytes("plain"));
        store.delete(Key.of(frozen.getProperty("object.4").split(" ", -1)[0]));
        assertThat(WalBytes.read(archive(), incarnation, span)).isEqualTo(bytes("plain"));
    }

    @Test
    void theFrozenHeadsAreReadAndWrittenByteForByte() throws Exception {
        var objects = new RangeObjects(access(), new WalRequests.Tally());
        var entries = new ArrayList<RangeEntry>();
        objects.list(Uid.parse(frozen.getProperty("incarnation")), entries::add);
        assertThat(entries).hasSize(3);
        for (var entry : entries) {
            var body = bytes("head-body." + entry.span().toString().replace('/', '-'));
            assertThat(objects.head(entry).encode()).isEqualTo(body);
            assertThat(RangeHead.decode("frozen", body)).isEqualTo(objects.head(entry));
        }
        var folded = objects.head(entries.get(1));
        assertThat(folded.replaces()).containsExactly(entries.get(0).digest(), entries.get(2).digest());
        assertThat(folded.times().primary()).contains(Instant.parse("2026-07-01T12:00:01.500Z"));
        assertThat(folded.frames()).extracting(RangeFrame::plainLength).containsExactly(256, 344);
    }

    @Test
    void theFrozenBytesHaveTheFrozenNames() throws Exception {
        try (var writer = archive().writer(archive().ancestry(Uid.parse(frozen.getProperty("incarnation"))).getFirst(),
                1)) {
            var put = writer.put(new WalSpan(START, FORK), Optional.empty(), Instant.EPOCH,
                    WalSource.of(START, bytes("plain")));
            assertThat(put.stored()).isFalse();
        }
    }
}
