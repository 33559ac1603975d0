// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Tampering;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.check.Finding.Severity;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CheckObjectsTest {

    private final MemoryStore store = new MemoryStore(() -> Instant.EPOCH);
    private final Tampering tampering = new Tampering(store);
    private final AtomicLong seen = new AtomicLong();

    @Test
    void everyByteOfASoundStoreIsReadAndNothingIsFound() throws Exception {
        put(Kind.DATA, "a".repeat(1_000_000));
        put(Kind.ROLL, "roll");

        CheckReport report = check();

        assertThat(report.isSound()).isTrue();
        assertThat(report.findings()).isEmpty();
        assertThat(report.counts().objects()).isEqualTo(2);
        assertThat(report.counts().bytes()).isEqualTo(1_000_004).isEqualTo(seen.get());
    }

    @Test
    void aFlippedBitAnywhereIsFound() throws Exception {
        Key key = put(Kind.INDEX, "some content");
        for (long bit = 0; bit < 8L * "some content".length(); bit++) {
            tampering.flip(key, bit);
            assertThat(check().findings()).singleElement().satisfies(finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.DAMAGE);
                assertThat(finding.key()).isEqualTo(key.value());
            });
            tampering.flip(key, bit);
        }
        assertThat(check().isSound()).isTrue();
    }

    @Test
    void cutExtendedAndSwappedObjectsAreFound() throws Exception {
        Key cut = put(Kind.DATA, "first pack");
        Key extended = put(Kind.MAP, "second pack");
        Key one = put(Kind.DATA, "third pack");
        Key other = put(Kind.DATA, "fourth pack");
        tampering.truncate(cut, 3);
        tampering.extend(extended, (byte) 0);
        tampering.swap(one, other);

        CheckReport report = check();

        assertThat(report.isSound()).isFalse();
        assertThat(report.findings()).extracting(Finding::key).containsExactlyInAnyOrder(cut.value(),
                extended.value(), one.value(), other.value());
    }

    @Test
    void whatIsNotAnObjectIsNoticedAndIsNoDamage() throws Exception {
        store.put(Key.of("stray/file"), Content.of(new byte[1]));
        store.put(Key.of("plan/" + "0".repeat(64)), Content.of(new byte[1]));

        CheckReport report = check();

        assertThat(report.isSound()).isTrue();
        assertThat(report.findings()).extracting(Finding::what).containsExactlyInAnyOrder(
                "not an object of a repository; nothing reads it",
                "of a kind that this release does not know: use the release that wrote it");
    }

    private CheckReport check() throws InterruptedException {
        return new CheckObjects(store, 4, (_, done, _) -> seen.accumulateAndGet(done, Math::max)).check();
    }

    private Key put(Kind kind, String text) throws InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Key key = Key.of(ObjectKeys.of(kind, Digest.sha256(bytes)).value());
        store.put(key, Content.of(bytes));
        return key;
    }
}
