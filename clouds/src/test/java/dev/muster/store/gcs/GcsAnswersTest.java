// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.gcs;

import com.google.api.services.storage.model.Bucket;
import com.google.api.services.storage.model.Bucket.ObjectRetention;
import com.google.api.services.storage.model.Bucket.SoftDeletePolicy;
import com.google.api.services.storage.model.Bucket.Versioning;
import dev.muster.store.Content;
import dev.muster.store.Range;
import dev.muster.store.StoreException;
import dev.muster.store.bucket.BucketAnswers;
import dev.muster.store.bucket.BucketStore;
import dev.muster.store.bucket.FaultProxy;
import dev.muster.store.bucket.Hindrance;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Against the stand-in. */
@ExtendWith(SharedGcs.class)
class GcsAnswersTest extends BucketAnswers {

    private final GcsStandIn server;

    @TempDir
    private Path folder;

    GcsAnswersTest(GcsStandIn server) {
        this.server = server;
    }

    private record GcsDoors(GcsSettings settings, InstantSource clock) implements Doors {

        @Override
        public BucketStore create() throws InterruptedException {
            return GcsStore.create(settings, new Random(1), clock);
        }

        @Override
        public BucketStore open() throws InterruptedException {
            return GcsStore.open(settings, clock);
        }

        @Override
        public BucketStore openReadOnly() throws InterruptedException {
            return GcsStore.openReadOnly(settings, clock);
        }
    }

    @Override
    protected URI endpoint() {
        return server.endpoint();
    }

    @Override
    protected FaultProxy newProxy() throws Exception {
        return server.hindered();
    }

    @Override
    protected Doors doors(URI endpoint, String bucket, String prefix) {
        return new GcsDoors(server.at(endpoint, bucket, prefix), InstantSource.system());
    }

    @Override
    protected String bucket() {
        return GcsStandIn.BUCKET;
    }

    @Override
    protected String newPrefix() {
        return SharedGcs.newPrefix();
    }

    @Override
    protected Outside outside(String bucket) {
        return new Outside() {

            @Override
            public void make() {
                server.makeBucket(bucket, new Bucket());
            }

            @Override
            public void remove() {
                server.removeBucket(bucket);
            }

            @Override
            public void put(String name, byte[] bytes) {
                server.put(bucket, name, bytes);
            }

            @Override
            public void delete(String name) {
                server.delete(bucket, name);
            }
        };
    }

    @ParameterizedTest
    @CsvSource({"503, backendError, store.unreachable, true", "503, '', store.busy, true",
            "429, rateLimitExceeded, store.busy, true", "403, userRateLimitExceeded, store.busy, true",
            "500, internalError, store.unreachable, true", "502, '', store.unreachable, true",
            "408, uploadBrokenConnection, store.unreachable, true", "409, conflict, store.busy, true",
            "403, forbidden, store.denied, false", "403, '', store.denied, false",
            "403, retentionPolicyNotMet, store.denied, false", "401, authError, store.credentials, false",
            "401, required, store.credentials, false", "401, '', store.credentials, false",
            "403, quotaExceeded, store.full, false", "507, '', store.full, false",
            "400, invalid, store.refused, false", "501, '', store.refused, false",
            "307, '', store.refused, false"})
    void anAnswerBecomesTheFaultThatItMeans(int status, String reason, String expected, boolean retryable)
            throws Exception {
        for (var fault : answered(new Hindrance.Answer(status, reason, "What the server says."))) {
            assertThat(fault.code()).as(fault.toString()).isEqualTo(expected);
            assertThat(fault.retryable()).isEqualTo(retryable);
            assertThat(fault.subject()).contains("gs://" + GcsStandIn.BUCKET);
        }
    }

    @Test
    void aFaultSaysWhatTheServerSaid() throws Exception {
        assertThat(listed(new Hindrance.Answer(403, "forbidden",
                GcsTokens.ACCOUNT + " does not have storage.objects.list access"))).hasMessageContaining(
                        "forbidden, " + GcsTokens.ACCOUNT + " does not have storage.objects.list access");
    }

    @Test
    void aListingThatIsNoneIsNotTakenForAnEmptyOne() throws Exception {
        assertThat(listed(new Hindrance.Body("application/json", "{\"items\": [")))
                .isInstanceOf(StoreException.class);
    }

    @Test
    void theKeyOfAStrangerIsRefusedWithoutBeingShown() throws Exception {
        var file = folder.resolve("stranger.json");
        server.tokens().writeStrangersKey(file, server.port());
        var fault = fault(by(new GcsCredentials.KeyFile(file), InstantSource.system())::open);

        assertThat(fault.code()).isEqualTo("store.credentials");
        assertThat(fault).hasMessageContaining("Invalid JWT Signature");
        var secret = Files.readString(file).replaceAll("(?s).*BEGIN PRIVATE KEY-----\\\\n(.{40}).*", "$1");
        assertThat(secret).hasSize(40);
        assertThat(fault.toString()).doesNotContain(secret);
    }

    @Test
    void aKeyThatIsNotThereOrNoneIsTold() throws Exception {
        var none = Files.writeString(folder.resolve("none.json"), "{\"private_key\": \"a-secret-of-the-tests\"}");
        for (var file : new Path[]{folder.resolve("missing.json"), none}) {
            var fault = fault(by(new GcsCredentials.KeyFile(file), InstantSource.system())::open);

            assertThat(fault.code()).as(fault.toString()).isEqualTo("store.credentials");
            assertThat(fault.toString()).doesNotContain("a-secret-of-the-tests");
        }
    }

    @Test
    void aClockThatIsFarOffIsToldFromAWrongKey() throws Exception {
        var file = folder.resolve("stranger.json");
        server.tokens().writeStrangersKey(file, server.port());
        var off = by(new GcsCredentials.KeyFile(file),
                InstantSource.fixed(Instant.parse("2001-02-03T04:05:06Z")));
        var fault = fault(off::open);

        assertThat(fault.code()).isEqualTo("store.clock-skew");
        assertThat(fault).hasMessageMatching(".*it is 2001-02-03T04:05:06Z here and \\S+Z there.*");
    }

    @Test
    void aTokenThatIsTakenBackIsRefused() throws Exception {
        try (var own = GcsStandIn.start();
                var store = GcsStore.create(own.at(own.endpoint(), GcsStandIn.BUCKET, "x"), new Random(1),
                        InstantSource.system())) {
            own.tokens().revoke();

            assertThat(fault(() -> store.read(KEY, Range.whole())).code()).isEqualTo("store.credentials");
            assertThat(fault(() -> store.put(KEY, Content.of(new byte[1]))).code()).isEqualTo("store.credentials");
        }
    }

    private GcsDoors by(GcsCredentials credentials, InstantSource clock) {
        var usual = server.at(server.endpoint(), GcsStandIn.BUCKET, "x");
        return new GcsDoors(new GcsSettings(usual.bucket(), usual.prefix(), usual.endpoint(), credentials,
                usual.storageClass(), usual.kmsKey(), usual.timing()), clock);
    }

    @Test
    void whatABucketCanDoIsFoundOut() throws Exception {
        server.makeBucket("plain", new Bucket().setSoftDeletePolicy(
                new SoftDeletePolicy().setRetentionDurationSeconds(0L)));
        server.makeBucket("soft", new Bucket().setSoftDeletePolicy(
                new SoftDeletePolicy().setRetentionDurationSeconds(604_800L)));
        server.makeBucket("kept", new Bucket().setVersioning(new Versioning().setEnabled(true))
                .setObjectRetention(new ObjectRetention().setMode("Enabled")));
        try (var plain = doors(endpoint(), "plain", "").create();
                var soft = doors(endpoint(), "soft", "").create();
                var kept = doors(endpoint(), "kept", "").create()) {
            assertThat(plain.capabilities().versioning()).isFalse();
            assertThat(plain.capabilities().objectLock()).isFalse();
            assertThat(soft.capabilities().versioning()).isTrue();
            assertThat(kept.capabilities().versioning()).isTrue();
            assertThat(kept.capabilities().objectLock()).isTrue();
            assertThat(kept.capabilities().conditionalPut()).isTrue();
        }
    }

    @Test
    void whatMayNotBeAskedIsNotAssumed() throws Exception {
        try (var proxy = newProxy()) {
            proxy.follow(line -> line.startsWith("GET /storage/v1/b/" + GcsStandIn.BUCKET + "?")
                    ? new Hindrance.Answer(403, "forbidden", "storage.buckets.get")
                    : new Hindrance.None());
            try (var store = doors(proxy.endpoint(), bucket(), newPrefix()).create()) {
                assertThat(proxy.hindered()).isPositive();
                assertThat(store.capabilities().versioning()).isFalse();
                store.put(KEY, Content.of(new byte[]{1}));
            }
        }
    }

    @Test
    void objectsGetTheClassThatIsAskedFor() throws Exception {
        var usual = server.at(server.endpoint(), GcsStandIn.BUCKET, newPrefix());
        var near = new GcsDoors(new GcsSettings(usual.bucket(), usual.prefix(), usual.endpoint(), usual.credentials(),
                Optional.of("NEARLINE"), usual.kmsKey(), usual.timing()), InstantSource.system());
        try (var store = near.create()) {
            store.put(KEY, Content.of(new byte[]{1}));
        }

        assertThat(server.storageClass(GcsStandIn.BUCKET, usual.prefix() + "/" + KEY)).contains("NEARLINE");
    }
}
