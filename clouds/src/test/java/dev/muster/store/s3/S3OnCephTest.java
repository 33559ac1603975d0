// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.BlobInfo;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.StoreException;
import dev.muster.store.bucket.BucketStore;
import dev.muster.work.Scope;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/** A server with versions, locks and keys of a key management service. */
@EnabledIf("dev.muster.store.s3.Ceph#isInstalled")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class S3OnCephTest {

    private static final Key KEY = Key.of("data/ab/object");
    private static final S3Encryption PLAIN = new S3Encryption.OfBucket();

    private static Ceph ceph;

    @BeforeAll
    static void start() throws Exception {
        ceph = Ceph.start();
        try (var client = client()) {
            client.createBucket(request -> request.bucket("plain"));
            client.createBucket(request -> request.bucket("versioned"));
            client.putBucketVersioning(request -> request.bucket("versioned")
                    .versioningConfiguration(versions -> versions.status(BucketVersioningStatus.ENABLED)));
            client.createBucket(request -> request.bucket("locked").objectLockEnabledForBucket(true));
        }
    }

    @AfterAll
    static void end() throws Exception {
        ceph.close();
    }

    private static S3Client client() throws InterruptedException {
        return Connection.open(ceph.settings("plain", "", PLAIN));
    }

    private static BucketStore store(String bucket, S3Encryption encryption) throws InterruptedException {
        return S3Store.create(ceph.settings(bucket, SharedS3.newPrefix(), encryption), new Random(1),
                InstantSource.system());
    }

    private static byte[] bytes(long seed, int length) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void whatABucketCanDoIsFoundOut() throws Exception {
        try (var plain = store("plain", PLAIN);
                var versioned = store("versioned", PLAIN);
                var locked = store("locked", PLAIN)) {
            assertThat(plain.capabilities().versioning()).isFalse();
            assertThat(plain.capabilities().objectLock()).isFalse();
            assertThat(versioned.capabilities().versioning()).isTrue();
            assertThat(versioned.capabilities().objectLock()).isFalse();
            assertThat(locked.capabilities().versioning()).isTrue();
            assertThat(locked.capabilities().objectLock()).isTrue();
            assertThat(plain.capabilities().conditionalPut()).isTrue();
        }
    }

    /** Ceph 16 takes a conditional put over what is there if the bucket has versions. */
    @Test
    void whetherAConditionIsHonouredIsNotGuessedFromTheServer() throws Exception {
        for (var bucket : List.of("plain", "versioned", "locked")) {
            try (var store = store(bucket, PLAIN); var client = client()) {
                client.putObject(request -> request.bucket(bucket).key("probed"), RequestBody.fromString("first"));
                var refused = catchThrowable(() -> client.putObject(
                        request -> request.bucket(bucket).key("probed").ifNoneMatch("*"),
                        RequestBody.fromString("second"))) != null;

                assertThat(store.capabilities().conditionalPut()).as(bucket).isEqualTo(refused);
            }
        }
    }

    @Test
    void everyVerbKeepsItsWordInEveryKindOfBucket() throws Exception {
        for (var bucket : List.of("plain", "versioned", "locked")) {
            try (var store = store(bucket, PLAIN)) {
                exercise(store);
            }
        }
    }

    @Test
    void whatTheServerEncryptsIsReadBack() throws Exception {
        try (var store = store("plain", new S3Encryption.Kms(Optional.of(Ceph.KMS_KEY))); var client = client()) {
            exercise(store);
            store.put(KEY, Content.of(bytes(7, 100)));
            var name = store.place().replaceAll("s3://plain/| at .*", "") + "/" + KEY;
            assertThat(client.headObject(request -> request.bucket("plain").key(name)).ssekmsKeyId())
                    .isEqualTo(Ceph.KMS_KEY);
        }
    }

    private static void exercise(BucketStore store) throws InterruptedException {
        var bytes = bytes(1, 3_000_000);
        var put = store.put(KEY, Content.of(bytes));
        var first = store.stat(KEY).orElseThrow();
        assertThat(put.versionId()).isEqualTo(first.versionId());
        assertThat(first.versionId().isPresent()).isEqualTo(store.capabilities().versioning());
        assertThat(store.put(KEY, Content.of(bytes)).versionId()).isEqualTo(first.versionId());
        assertThatThrownBy(() -> store.put(KEY, Content.of(bytes(2, 3_000_000))))
                .isInstanceOf(StoreException.AlreadyExists.class);
        assertThat(store.stat(KEY)).contains(first);

        assertThat(store.read(KEY, Range.whole())).isEqualTo(bytes);
        assertThat(store.read(KEY, Range.of(70_000, 12))).isEqualTo(Arrays.copyOfRange(bytes, 70_000, 70_012));
        assertThat(store.read(KEY, Range.last(5)))
                .isEqualTo(Arrays.copyOfRange(bytes, bytes.length - 5, bytes.length));
        for (var outside : List.of(Range.of(2_999_999, 2), Range.of(3_000_000, 1), Range.last(3_000_001))) {
            assertThatThrownBy(() -> store.read(KEY, outside)).isInstanceOf(StoreException.OutOfRange.class);
        }
        assertThat(keys(store)).containsExactly(KEY);
        assertThat(store.now()).isAfterOrEqualTo(first.storeTime());

        store.delete(KEY);
        store.delete(KEY);
        assertThat(store.stat(KEY)).isEmpty();
        assertThat(keys(store)).isEmpty();
        assertThatThrownBy(() -> store.read(KEY, Range.whole())).isInstanceOf(StoreException.NotFound.class);
        store.put(KEY, Content.of(bytes(3, 10)));
        assertThat(store.read(KEY, Range.whole())).isEqualTo(bytes(3, 10));
        store.delete(KEY);
    }

    private static List<Key> keys(BucketStore store) throws InterruptedException {
        var keys = new ArrayList<Key>();
        store.list(Prefix.of("data/"), blob -> keys.add(blob.key()));
        return keys;
    }

    @Test
    void ofManyCreatorsOneWins() throws Exception {
        var created = new AtomicInteger();
        try (var store = store("plain", PLAIN); var scope = Scope.open("create", 8)) {
            for (var i = 0; i < 8; i++) {
                var creator = i;
                scope.fork(() -> {
                    try {
                        store.put(KEY, Content.of(bytes(creator, 200_000)));
                        created.incrementAndGet();
                    } catch (StoreException.AlreadyExists | StoreException.Transient _) {
                        // Another was first, or is just coming.
                    }
                });
            }
            scope.join();
        }
        assertThat(created).hasValue(1);
    }

    @Test
    void whatIsDeletedInABucketWithVersionsIsStillThereByItsVersion() throws Exception {
        try (var store = store("versioned", PLAIN); var client = client()) {
            BlobInfo put = store.put(KEY, Content.of(bytes(1, 1_000)));
            store.delete(KEY);
            var name = store.place().replaceAll("s3://versioned/| at .*", "") + "/" + KEY;

            assertThat(client.getObjectAsBytes(request -> request.bucket("versioned").key(name)
                    .versionId(put.versionId().orElseThrow())).asByteArray()).isEqualTo(bytes(1, 1_000));
        }
    }

    @Test
    void aListingOfSeveralPagesIsWholeAndInOrder() throws Exception {
        try (var store = store("plain", PLAIN); var scope = Scope.open("fill", 8)) {
            for (var i = 0; i < 1_100; i++) {
                var key = Key.of("data/%04d".formatted(i));
                scope.fork(() -> {
                    store.put(key, Content.of(new byte[]{1}));
                });
            }
            scope.join();
            assertThat(keys(store)).hasSize(1_100).isSorted();
        }
    }

    @Test
    void aWrongKeyIsRefused() {
        var usual = ceph.settings("plain", "x", PLAIN);
        var wrong = new S3Credentials.Pair(Ceph.OWNER.keyId(), "not-its-secret", Optional.empty());
        assertThatThrownBy(
                () -> S3Store.open(new S3Settings("plain", "x", usual.endpoint(), usual.region(), true, wrong,
                        PLAIN, Optional.empty(), usual.checksums(), usual.timing()), InstantSource.system()))
                .isInstanceOfSatisfying(StoreException.Denied.class,
                        fault -> assertThat(fault.code()).isEqualTo("store.credentials"));
    }
}
