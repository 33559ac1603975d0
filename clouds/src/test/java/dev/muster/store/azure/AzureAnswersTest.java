// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.azure;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import dev.muster.store.Content;
import dev.muster.store.StoreException;
import dev.muster.store.bucket.BucketAnswers;
import dev.muster.store.bucket.BucketStore;
import dev.muster.store.bucket.FaultProxy;
import dev.muster.store.bucket.Hindrance;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedAzurite.class)
@EnabledIf("dev.muster.store.azure.Azurite#isAvailable")
class AzureAnswersTest extends BucketAnswers {

    private static final String WRONG_KEY = "d3Jvbmcta2V5LW9mLXNvbWVib2R5LXdoby1ndWVzc2VkLWl0LWFsbC10aGUtbG9uZw==";

    private final Azurite server;

    AzureAnswersTest(Azurite server) {
        this.server = server;
    }

    private record AzureDoors(AzureSettings settings, InstantSource clock) implements Doors {

        @Override
        public BucketStore create() throws InterruptedException {
            return AzureStore.create(settings, new Random(1), clock);
        }

        @Override
        public BucketStore open() throws InterruptedException {
            return AzureStore.open(settings, clock);
        }

        @Override
        public BucketStore openReadOnly() throws InterruptedException {
            return AzureStore.openReadOnly(settings, clock);
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
        return new AzureDoors(Azurite.at(withAccount(endpoint), bucket, prefix,
                new AzureCredentials.AccountKey(Azurite.KEY)), InstantSource.system());
    }

    private static URI withAccount(URI endpoint) {
        return endpoint.getPath().isEmpty() ? URI.create(endpoint + "/" + Azurite.ACCOUNT) : endpoint;
    }

    @Override
    protected String bucket() {
        return Azurite.CONTAINER;
    }

    @Override
    protected String newPrefix() {
        return SharedAzurite.newPrefix();
    }

    @Override
    protected Outside outside(String bucket) {
        return new Outside() {

            @Override
            public void make() throws Exception {
                server.makeContainer(bucket);
            }

            @Override
            public void remove() throws Exception {
                try (var connection = server.connection(bucket)) {
                    connection.blocking().delete();
                }
            }

            @Override
            public void put(String name, byte[] bytes) throws Exception {
                try (var connection = server.connection(bucket)) {
                    connection.blocking().getBlobClient(name).upload(BinaryData.fromBytes(bytes));
                }
            }

            @Override
            public void delete(String name) throws Exception {
                try (var connection = server.connection(bucket)) {
                    connection.blocking().getBlobClient(name).delete();
                }
            }
        };
    }

    @ParameterizedTest
    @CsvSource({"503, ServerBusy, store.busy, true", "429, '', store.busy, true", "503, '', store.busy, true",
            "500, InternalError, store.unreachable, true", "500, OperationTimedOut, store.unreachable, true",
            "502, '', store.unreachable, true", "403, AuthorizationFailure, store.denied, false",
            "403, AuthorizationPermissionMismatch, store.denied, false", "403, '', store.denied, false",
            "403, AuthenticationFailed, store.credentials, false",
            "401, InvalidAuthenticationInfo, store.credentials, false", "401, '', store.credentials, false",
            "404, ContainerNotFound, store.no-bucket, false",
            "409, ContainerBeingDeleted, store.no-bucket, false", "507, '', store.full, false",
            "409, BlobArchived, store.archived, false", "409, BlobImmutableDueToPolicy, store.denied, false",
            "412, LeaseIdMissing, store.denied, false", "400, Md5Mismatch, store.damaged-in-transit, false",
            "400, InvalidHeaderValue, store.refused, false", "501, '', store.refused, false"})
    void anAnswerBecomesTheFaultThatItMeans(int status, String code, String expected, boolean retryable)
            throws Exception {
        for (var fault : answered(new Hindrance.Answer(status, code, "What the server says."))) {
            assertThat(fault.code()).as(fault.toString()).isEqualTo(expected);
            assertThat(fault.retryable()).isEqualTo(retryable);
            assertThat(fault.subject()).contains("azure://" + Azurite.ACCOUNT + "/" + Azurite.CONTAINER);
        }
    }

    @Test
    void aFaultSaysWhatTheServerSaid() throws Exception {
        assertThat(listed(new Hindrance.Answer(403, "AuthorizationFailure",
                "This request is not authorized to perform this operation.\nRequestId:1\nTime:2026-11-21")))
                .hasMessageContaining("AuthorizationFailure, This request is not authorized to perform this operation")
                .hasMessageNotContainingAny("RequestId", "SDK", "Status code");
    }

    @Test
    void noSecretIsInAnythingThatIsSaidEvenIfAServerRepeatsIt() throws Exception {
        var token = new AzureCredentials.Sas("?sv=2021&se=2099-01-01T00%3A00%3A00Z&sig=" + Azurite.KEY);
        var fault = listed(new Hindrance.Answer(403, "AuthenticationFailed",
                "The MAC signature '" + Azurite.KEY + "' or " + token.token().replace("&", "&amp;") + " is not it"));
        assertThat(fault.toString()).contains("The MAC signature '...' or");
        assertThat(List.of(fault.toString(), fault.what(), fault.remedy(), token.toString(),
                new AzureCredentials.AccountKey(Azurite.KEY).toString(),
                Azurite.at(server.endpoint(), "c", "p", token).toString()))
                .allSatisfy(said -> assertThat(said).doesNotContain(Azurite.KEY));
    }

    @Test
    void aWrongKeyIsRefusedByARealServerWithoutBeingShown() {
        var wrong = new AzureDoors(Azurite.at(server.endpoint(), Azurite.CONTAINER, newPrefix(),
                new AzureCredentials.AccountKey(WRONG_KEY)), InstantSource.system());
        var fault = fault(wrong::create);

        assertThat(fault.code()).as(fault.toString()).isIn("store.credentials", "store.denied");
        assertThat(fault.toString()).doesNotContain(WRONG_KEY);
    }

    @Test
    void aClockThatIsFarOffIsToldFromAWrongKey() throws Exception {
        var prefix = newPrefix();
        doors(endpoint(), bucket(), prefix).create().close();
        try (var proxy = newProxy()) {
            proxy.follow(_ -> new Hindrance.Answer(403, "AuthenticationFailed", "Server failed to authenticate."));
            var off = new AzureDoors(Azurite.at(Azurite.behind(proxy), prefix),
                    InstantSource.fixed(Instant.parse("2001-02-03T04:05:06Z")));
            var fault = fault(off::open);

            assertThat(fault.code()).isEqualTo("store.clock-skew");
            assertThat(fault).hasMessageMatching(".*it is 2001-02-03T04:05:06Z here and \\S+Z there.*");
        }
    }

    @Test
    void aTokenThatHasExpiredSaysSo() throws Exception {
        var expired = new AzureDoors(Azurite.at(server.endpoint(), Azurite.CONTAINER, newPrefix(),
                sas(Duration.ofHours(-1))), InstantSource.system());

        assertThat(fault(expired::create).code()).isEqualTo("store.credentials-expired");
    }

    @Test
    void aTokenForAContainerIsEnough() throws Exception {
        var doors = new AzureDoors(Azurite.at(server.endpoint(), Azurite.CONTAINER, newPrefix(),
                sas(Duration.ofHours(1))), InstantSource.system());
        try (var store = doors.create()) {
            store.put(KEY, Content.of(new byte[]{1}));
            assertThat(store.stat(KEY)).isPresent();
            assertThat(store.now()).isAfter(Instant.EPOCH);
            store.delete(KEY);
            assertThat(store.capabilities().conditionalPut()).isTrue();
        }
    }

    private AzureCredentials.Sas sas(Duration validFor) throws InterruptedException {
        try (var connection = server.connection(Azurite.CONTAINER)) {
            var all = new BlobContainerSasPermission().setReadPermission(true).setWritePermission(true)
                    .setCreatePermission(true).setListPermission(true).setDeletePermission(true);
            return new AzureCredentials.Sas(connection.blocking().generateSas(new BlobServiceSasSignatureValues(
                    OffsetDateTime.now(ZoneOffset.UTC).plus(validFor), all)));
        }
    }

    @Test
    void aListingThatIsNoneIsNotTakenForAnEmptyOne() throws Exception {
        assertThat(listed(new Hindrance.Body("application/xml", "<?xml version=\"1.0\"?><EnumerationResults>")))
                .isInstanceOf(StoreException.class);
    }
}
