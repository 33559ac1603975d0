// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.StoreException;
import dev.muster.store.bucket.Hindrance;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/** What a server answers, or does not answer, and what becomes of it. */
@ExtendWith(SharedS3.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class S3AnswersTest {

    private static final Key KEY = Key.of("data/ab/object");
    private static final String TOKEN = "session-token-".repeat(30);

    private final S3Proxy server;

    S3AnswersTest(S3Proxy server) {
        this.server = server;
    }

    @ParameterizedTest
    @CsvSource({"503, SlowDown, store.busy, true", "429, TooManyRequests, store.busy, true",
            "503, '', store.busy, true", "500, InternalError, store.unreachable, true",
            "502, '', store.unreachable, true", "400, RequestTimeout, store.unreachable, true",
            "403, AccessDenied, store.denied, false", "403, '', store.denied, false",
            "403, InvalidAccessKeyId, store.credentials, false",
            "403, SignatureDoesNotMatch, store.credentials, false", "401, '', store.credentials, false",
            "400, ExpiredToken, store.credentials-expired, false",
            "403, RequestTimeTooSkewed, store.clock-skew, false",
            "301, PermanentRedirect, store.wrong-region, false", "307, TemporaryRedirect, store.wrong-region, false",
            "404, NoSuchBucket, store.no-bucket, false", "403, QuotaExceeded, store.full, false",
            "507, '', store.full, false", "403, InvalidObjectState, store.archived, false",
            "400, BadDigest, store.damaged-in-transit, false", "501, NotImplemented, store.refused, false",
            "400, InvalidArgument, store.refused, false"})
    void anAnswerBecomesTheFaultThatItMeans(int status, String code, String expected, boolean retryable)
            throws Exception {
        try (var proxy = S3Proxy.hindered(server);
                var store = S3Store.create(S3Proxy.at(proxy.endpoint(), SharedS3.newPrefix()), new Random(1),
                        InstantSource.fixed(Instant.parse("2001-02-03T04:05:06Z")))) {
            proxy.follow(_ -> new Hindrance.Answer(status, code, "What the server says."));
            for (var fault : List.of(fault(() -> store.read(KEY, Range.whole())),
                    fault(() -> store.put(KEY, Content.of(new byte[10]))),
                    fault(() -> store.list(Prefix.everything(), _ -> {
                    })), fault(() -> store.delete(KEY)))) {
                assertThat(fault.code()).as(fault.toString()).isEqualTo(expected);
                assertThat(fault.retryable()).isEqualTo(retryable);
                assertThat(fault.subject()).contains("s3://" + S3Proxy.BUCKET);
            }
        }
    }

    @Test
    void aListingThatBreaksOffIsNotTakenForAWholeOne() throws Exception {
        try (var proxy = S3Proxy.hindered(server);
                var store = S3Store.create(S3Proxy.at(proxy.endpoint(), SharedS3.newPrefix()), new Random(1),
                        InstantSource.system())) {
            proxy.follow(_ -> new Hindrance.Body("application/xml", "<?xml version=\"1.0\"?><ListBucketResult>"
                    + "<IsTruncated>true</IsTruncated></ListBucketResult>"));

            assertThat(fault(() -> store.list(Prefix.everything(), _ -> {
            }))).isInstanceOf(StoreException.Transient.class).hasMessageContaining("does not say how it goes on");
        }
    }

    @Test
    void aFaultSaysWhatTheServerSaid() throws Exception {
        assertThat(answered("AccessDenied", "User: arn:aws:iam::1:user/m is not authorized to perform: s3:PutObject"))
                .hasMessageContaining("not authorized to perform: s3:PutObject");
        assertThat(answered("PermanentRedirect", "x")).hasMessageContaining("it is in eu-central-1");
        assertThat(answered("RequestTimeTooSkewed", "x"))
                .hasMessageMatching(".*it is 2001-02-03T04:05:06Z here and \\w+, \\d+ \\w+ \\d{4} [0-9:]+ GMT there.*");
    }

    @Test
    void noSecretIsInAnythingThatIsSaidEvenIfAServerRepeatsIt() throws Exception {
        var fault = answered("InvalidToken", "The token " + TOKEN + " is not valid");
        assertThat(fault.toString()).contains("The token ... is not valid");
        assertThat(List.of(fault.toString(), fault.what(), fault.remedy(), server.settings("x").toString(),
                new S3Credentials.Pair("id", "hidden-key", Optional.of(TOKEN)).toString()))
                .allSatisfy(said -> assertThat(said).doesNotContain(TOKEN, S3Proxy.OWNER.secretKey(), "hidden-key"));
    }

    private StoreException answered(String code, String message) throws Exception {
        try (var proxy = S3Proxy.hindered(server);
                var store = S3Store.create(S3Proxy.at(proxy.endpoint(), SharedS3.newPrefix()), new Random(1),
                        InstantSource.fixed(Instant.parse("2001-02-03T04:05:06Z")))) {
            proxy.follow(_ -> new Hindrance.Answer(403, code, message));
            return fault(() -> store.read(KEY, Range.whole()));
        }
    }

    @Test
    void wrongKeysAreRefusedByARealServerWithoutBeingShown() {
        for (var pair : List.of(
                new S3Credentials.Pair(S3Proxy.OWNER.keyId(), "not-the-secret-of-this-key", Optional.empty()),
                new S3Credentials.Pair("nobody", "some-other-secret-of-somebody", Optional.empty()))) {
            var usual = server.settings(SharedS3.newPrefix());
            var fault = fault(() -> S3Store.create(new S3Settings(usual.bucket(), usual.prefix(), usual.endpoint(),
                    usual.region(), true, pair, usual.encryption(), Optional.empty(), usual.checksums(),
                    usual.timing()), new Random(1), InstantSource.system()));

            assertThat(fault.code()).as(fault.toString()).isIn("store.credentials", "store.denied");
            assertThat(fault.toString()).doesNotContain(pair.secretKey());
        }
    }

    @Test
    void aStoreThatIsNotThereIsNeverAnEmptyOne() throws Exception {
        var nothing = server.settings(SharedS3.newPrefix());
        assertThat(fault(() -> S3Store.open(nothing, InstantSource.system())).code()).isEqualTo("store.absent");
        assertThat(fault(() -> S3Store.openReadOnly(nothing, InstantSource.system())).code())
                .isEqualTo("store.absent");

        var noBucket = in("another-bucket", nothing);
        assertThat(fault(() -> S3Store.open(noBucket, InstantSource.system())).code()).isEqualTo("store.no-bucket");
        assertThat(fault(() -> S3Store.create(noBucket, new Random(1), InstantSource.system())).code())
                .isEqualTo("store.no-bucket");
    }

    @Test
    void aBucketThatGoesAwayIsNoticedByEveryVerb() throws Exception {
        server.makeBucket("short-lived");
        var settings = in("short-lived", server.settings(""));
        try (var store = S3Store.create(settings, new Random(1), InstantSource.system());
                var client = Connection.open(settings)) {
            client.deleteObject(request -> request.bucket("short-lived").key("MUSTER-STORE"));
            assertThat(fault(() -> store.stat(KEY)).code()).isEqualTo("store.absent");
            client.deleteBucket(request -> request.bucket("short-lived"));

            assertThat(fault(() -> store.stat(KEY))).isInstanceOf(StoreException.Absent.class);
            assertThat(fault(() -> store.read(KEY, Range.whole()))).isInstanceOf(StoreException.Absent.class);
            assertThat(fault(() -> store.put(KEY, Content.of(new byte[1]))))
                    .isInstanceOf(StoreException.Absent.class);
            assertThat(fault(() -> store.list(Prefix.of("x"), _ -> {
            }))).isInstanceOf(StoreException.Absent.class);
        }
    }

    @Test
    void aStoreIsMadeOnlyWhereNothingIs() throws Exception {
        var settings = server.settings(SharedS3.newPrefix());
        S3Store.create(settings, new Random(1), InstantSource.system()).close();

        assertThat(fault(() -> S3Store.create(settings, new Random(2), InstantSource.system())).code())
                .isEqualTo("store.not-empty");
    }

    @Test
    void whatAnyToolCopiedIsReadableAndOnlyThat() throws Exception {
        var settings = server.settings(SharedS3.newPrefix());
        try (var client = Connection.open(settings)) {
            client.putObject(request -> request.bucket(S3Proxy.BUCKET).key(settings.prefix() + "/data/1"),
                    RequestBody.fromBytes(new byte[]{1, 2}));
            client.putObject(request -> request.bucket(S3Proxy.BUCKET).key(settings.prefix() + "/.DS_Store"),
                    RequestBody.fromBytes(new byte[]{3}));
        }
        try (var copy = S3Store.openReadOnly(settings, InstantSource.system())) {
            var keys = new ArrayList<Key>();
            copy.list(Prefix.everything(), blob -> keys.add(blob.key()));

            assertThat(keys).containsExactly(Key.of("data/1"));
            assertThat(copy.read(Key.of("data/1"), Range.whole())).containsExactly(1, 2);
            assertThat(copy.capabilities().storeTimes()).isFalse();
            assertThat(fault(() -> copy.put(KEY, Content.of(new byte[1]))).code()).isEqualTo("store.read-only");
            assertThat(fault(() -> copy.delete(Key.of("data/1"))).code()).isEqualTo("store.read-only");
        }
    }

    @Test
    void whatCannotBeReachedSaysWhy() throws Exception {
        int closed;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        var refused = opening(URI.create("http://127.0.0.1:" + closed));
        assertThat(refused.code()).isEqualTo("store.unreachable");
        assertThat(refused.retryable()).isTrue();
        assertThat(refused).hasMessageContaining("no connection");

        var unknown = opening(URI.create("http://no-such-host.invalid:80"));
        assertThat(unknown.code()).isEqualTo("store.unreachable");
        assertThat(unknown).hasMessageContaining("the name of its host is not known");

        var notTls = opening(URI.create("https://127.0.0.1:" + server.port()));
        assertThat(notTls.code()).isEqualTo("store.tls");
        assertThat(notTls.retryable()).isFalse();
    }

    private StoreException opening(URI endpoint) {
        return fault(() -> S3Store.open(S3Proxy.at(endpoint, "x"), InstantSource.system()));
    }

    private static S3Settings in(String bucket, S3Settings usual) {
        return new S3Settings(bucket, usual.prefix(), usual.endpoint(), usual.region(), usual.pathStyle(),
                usual.credentials(), usual.encryption(), usual.storageClass(), usual.checksums(), usual.timing());
    }

    private static StoreException fault(ThrowingCallable act) {
        var thrown = catchThrowable(act);
        assertThat(thrown).isInstanceOf(StoreException.class);
        return (StoreException) thrown;
    }
}
