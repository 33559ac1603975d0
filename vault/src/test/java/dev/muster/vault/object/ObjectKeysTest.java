// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.object;

import dev.muster.store.Key;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ObjectKeysTest {

    private static final String H = "ab".repeat(32);
    private static final String OTHER = "0c".repeat(32);
    private static final Digest DIGEST = Digest.parse(H);
    private static final Uid UID = Uid.parse("000102030405060708090a0b0c0d0e0f");

    @Test
    void eachKindHasTheKeyThatTheFormatSays() {
        assertThat(ObjectKeys.of(Kind.CHARTER, DIGEST).value()).isEqualTo("charter/" + H);
        assertThat(ObjectKeys.of(Kind.DATA, DIGEST).value()).isEqualTo("data/ab/" + H);
        assertThat(ObjectKeys.of(Kind.MAP, DIGEST).value()).isEqualTo("map/ab/" + H);
        assertThat(ObjectKeys.of(Kind.SNAPSHOT, UID, DIGEST).value()).isEqualTo("snapshot/" + UID.hex() + "-" + H);
        assertThat(ObjectKeys.lineage(UID, DIGEST).value()).isEqualTo("lineage/" + UID.hex() + "-" + H);
        assertThat(ObjectKeys.wal(UID, 0x16000000L, -1, DIGEST).value())
                .isEqualTo("wal/" + UID.hex() + "/0000000016000000-ffffffffffffffff-" + H);
        assertThat(ObjectKeys.ledger(new Month(202611), UID, 26, DIGEST).value())
                .isEqualTo("ledger/202611/" + UID.hex() + "-0000001a-" + H);
        assertThat(ObjectKeys.forward(Digest.parse(OTHER), DIGEST).value()).isEqualTo("forward/" + OTHER + "-" + H);
    }

    @Test
    void everyKeyIsReadBackAndIsAKeyOfAStore() {
        for (ObjectKey key : oneOfEachKind()) {
            assertThat(ObjectKeys.parse(key.value())).contains(key);
            assertThat(Key.of(key.value()).value()).isEqualTo(key.value());
        }
    }

    @Test
    void whatIsAlmostAKeyIsNone() {
        for (ObjectKey each : oneOfEachKind()) {
            String key = each.value();
            for (int at = 0; at < key.length(); at++) {
                assertThat(ObjectKeys.parse(key.substring(0, at))).as(key.substring(0, at)).isEmpty();
                assertThat(ObjectKeys.parse(key.substring(0, at) + "_" + key.substring(at + 1))).isEmpty();
                assertThat(ObjectKeys.parse(key.substring(0, at) + "A" + key.substring(at + 1))).isEmpty();
                assertThat(ObjectKeys.parse(key.substring(0, at) + "0" + key.substring(at))).isEmpty();
            }
            assertThat(ObjectKeys.parse(key + "0")).isEmpty();
            assertThat(ObjectKeys.parse("x" + key)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "data", "data/", "data//", "wal/a/b-c-d", "unknown/00", "charter/..", "charter/-"})
    void strangersAreNone(String key) {
        assertThat(ObjectKeys.parse(key)).isEmpty();
    }

    @Test
    void theFirstByteOfAPacksKeyIsTheOneOfItsDigest() {
        assertThat(ObjectKeys.parse("data/ac/" + H)).isEmpty();
    }

    @Test
    void aKindWhoseKeySaysMoreIsNotMadeOfADigestAlone() {
        for (Kind kind : Kind.values()) {
            boolean plain = oneOfEachKind().stream()
                    .anyMatch(key -> key.kind() == kind
                            && (key instanceof ObjectKey.Plain || key instanceof ObjectKey.Pack));
            if (!plain) {
                assertThatThrownBy(() -> ObjectKeys.of(kind, DIGEST)).isInstanceOf(IllegalArgumentException.class);
            } else {
                assertThatThrownBy(() -> ObjectKeys.of(kind, UID, DIGEST))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    private static List<ObjectKey> oneOfEachKind() {
        List<ObjectKey> keys = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            keys.add(switch (kind) {
                case CHARTER, SLOT, EPOCH, GRANT, INDEX, ROLL, QUARANTINE, DATA, MAP, CHECKPOINT, PROOF, REPLICA ->
                    ObjectKeys.of(kind, DIGEST);
                case SNAPSHOT, CANDIDATE, ABANDON, CONDEMNED -> ObjectKeys.of(kind, UID, DIGEST);
                case LINEAGE -> ObjectKeys.lineage(UID, DIGEST);
                case WAL -> ObjectKeys.wal(UID, 1, 2, DIGEST);
                case LEDGER -> ObjectKeys.ledger(new Month(202611), UID, 0x1A, DIGEST);
                case FORWARD -> ObjectKeys.forward(Digest.parse(OTHER), DIGEST);
            });
        }
        return keys;
    }
}
