// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.StoreException;
import dev.muster.store.bucket.BucketAnswers;
import dev.muster.store.bucket.BucketStore;
import dev.muster.store.bucket.FaultProxy;
import dev.muster.store.bucket.Hindrance;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedS3.class)
class S3AnswersTest extends BucketAnswers {

    private static final String TOKEN = "session-token-".repeat(30);

    /** Long ago: messages show it beside the server's. */
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2001-02-03T04:05:06Z"));

    private final S3Proxy server;

    S3AnswersTest(S3Proxy server) {
        this.server = server;
    }

    private record S3Doors(S3Settings settings) implements Doors {

        @Override
        public BucketStore create() throws InterruptedException {
            return S3Store.create(settings, new Random(1), CLOCK);
        }

        @Override
        public BucketStore open() throws InterruptedException {
            return S3Store.open(settings, CLOCK);
        }

        @Override
        public BucketStore openReadOnly() throws InterruptedException {
            return S3Store.openReadOnly(settings, CLOCK);
        }
    }

    @Override
    protected URI endpoint() {
        return server.endpoint();
    }

    @Override
    protected FaultProxy newProxy() throws Exception {
        return S3Proxy.hindered(server);
    }

    @Override
    protected Doors doors(URI endpoint, String bucket, String prefix) {
        return new S3Doors(in(bucket, S3Proxy.at(endpoint, prefix)));
    }

    @Override
    protected String bucket() {
        return S3Proxy.BUCKET;
    }

    @Override
    protected String newPrefix() {
        return SharedS3.newPrefix();
    }

    @Override
    protected Outside outside(String bucket) {
        var settings = in(bucket, server.settings(""));
        return new Outside() {

            @Override
            public void make() throws Exception {
                server.makeBucket(bucket);
            }

            @Override
            public void remove() throws Exception {
                try (var client = Connection.open(settings)) {
                    client.deleteBucket(request -> request.bucket(bucket));
                }
            }

            @Override
            public void put(String name, byte[] bytes) throws Exception {
                try (var client = Connection.open(settings)) {
                    client.putObject(request -> request.bucket(bucket).key(name), RequestBody.fromBytes(bytes));
                }
            }

            @Override
            public void delete(String name) throws Exception {
                try (var client = Connection.open(settings)) {
                    client.deleteObject(request -> request.bucket(bucket).key(name));
                }
            }
        };
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
        for (var fault : answered(new Hindrance.Answer(status, code, "What the server says."))) {
            assertThat(fault.code()).as(fault.toString()).isEqualTo(expected);
            assertThat(fault.retryable()).isEqualTo(retryable);
            assertThat(fault.subject()).contains("s3://" + S3Proxy.BUCKET);
        }
    }

    @Test
    void aListingThatBreaksOffIsNotTakenForAWholeOne() throws Exception {
        assertThat(listed(new Hindrance.Body("application/xml", "<?xml version=\"1.0\"?><ListBucketResult>"
                + "<IsTruncated>true</IsTruncated></ListBucketResult>")))
                .isInstanceOf(StoreException.Transient.class).hasMessageContaining("does not say how it goes on");
    }

    @Test
    void anAnswerThatIsNoListingIsNotTakenForAnEmptyOne() throws Exception {
        for (String body : List.of("", "<html/>")) {
            assertThat(listed(new Hindrance.Body("application/xml", body))).as(body)
                    .isInstanceOf(StoreException.Transient.class);
        }
    }

    @Test
    void aFaultSaysWhatTheServerSaid() throws Exception {
        assertThat(refused("AccessDenied", "User: arn:aws:iam::1:user/m is not authorized to perform: s3:PutObject"))
                .hasMessageContaining("not authorized to perform: s3:PutObject");
        assertThat(refused("PermanentRedirect", "x")).hasMessageContaining("it is in eu-central-1");
        assertThat(refused("RequestTimeTooSkewed", "x"))
                .hasMessageMatching(".*it is 2001-02-03T04:05:06Z here and \\w+, \\d+ \\w+ \\d{4} [0-9:]+ GMT there.*");
    }

    @Test
    void noSecretIsInAnythingThatIsSaidEvenIfAServerRepeatsIt() throws Exception {
        var fault = refused("InvalidToken", "The token " + TOKEN + " is not valid");
        assertThat(fault.toString()).contains("The token ... is not valid");
        assertThat(List.of(fault.toString(), fault.what(), fault.remedy(), server.settings("x").toString(),
                new S3Credentials.Pair("id", "hidden-key", Optional.of(TOKEN)).toString()))
                .allSatisfy(said -> assertThat(said).doesNotContain(TOKEN, S3Proxy.OWNER.secretKey(), "hidden-key"));
    }

    private StoreException refused(String code, String message) throws Exception {
        return listed(new Hindrance.Answer(403, code, message));
    }

    @Test
    void wrongKeysAreRefusedByARealServerWithoutBeingShown() {
        for (var pair : List.of(
                new S3Credentials.Pair(S3Proxy.OWNER.keyId(), "not-the-secret-of-this-key", Optional.empty()),
                new S3Credentials.Pair("nobody", "some-other-secret-of-somebody", Optional.empty()))) {
            var usual = server.settings(SharedS3.newPrefix());
            var stranger = new S3Doors(new S3Settings(usual.bucket(), usual.prefix(), usual.endpoint(),
                    usual.region(), true, pair, usual.encryption(), Optional.empty(), usual.checksums(),
                    usual.timing()));
            var fault = fault(stranger::create);

            assertThat(fault.code()).as(fault.toString()).isIn("store.credentials", "store.denied");
            assertThat(fault.toString()).doesNotContain(pair.secretKey());
        }
    }

    private static S3Settings in(String bucket, S3Settings usual) {
        return new S3Settings(bucket, usual.prefix(), usual.endpoint(), usual.region(), usual.pathStyle(),
                usual.credentials(), usual.encryption(), usual.storageClass(), usual.checksums(), usual.timing());
    }
}
