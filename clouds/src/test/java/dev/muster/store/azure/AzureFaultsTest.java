// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.azure;

import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import dev.muster.store.bucket.BucketFaults;
import dev.muster.store.bucket.BucketStore;
import dev.muster.store.bucket.FaultProxy;
import dev.muster.store.bucket.Hindrance;
import dev.muster.store.bucket.Timing;
import java.net.URI;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedAzurite.class)
@EnabledIf("dev.muster.store.azure.Azurite#isAvailable")
class AzureFaultsTest extends BucketFaults {

    private final Azurite server;
    private final String prefix = SharedAzurite.newPrefix();

    AzureFaultsTest(Azurite server) {
        this.server = server;
    }

    @Override
    protected FaultProxy newProxy() throws Exception {
        return server.hindered();
    }

    @Override
    protected BucketStore create(URI endpoint) throws Exception {
        return AzureStore.create(Azurite.at(account(endpoint), prefix), new Random(1), InstantSource.system());
    }

    @Override
    protected BucketStore open(URI endpoint, Timing timing) throws Exception {
        var usual = Azurite.at(account(endpoint), prefix);
        return AzureStore.open(new AzureSettings(usual.account(), usual.container(), usual.prefix(),
                usual.endpoint(), usual.credentials(), usual.accessTier(), usual.encryptionScope(), timing),
                InstantSource.system());
    }

    private static URI account(URI server) {
        return URI.create(server + "/" + Azurite.ACCOUNT);
    }

    @Override
    protected boolean puts(String line) {
        return line.startsWith("PUT ");
    }

    @Override
    protected boolean reads(String line) {
        return line.startsWith("GET /" + Azurite.ACCOUNT + "/" + Azurite.CONTAINER + "/" + prefix.replace("/", "%2F"));
    }

    /** By a signature that does not cover what is lost on the way. */
    @Test
    void aServerThatIgnoresConditionsIsFoundOutAndNothingIsWrittenOver() throws Exception {
        try (var losing = server.hindered(); var connection = server.connection(Azurite.CONTAINER)) {
            var all = new BlobContainerSasPermission().setReadPermission(true).setWritePermission(true)
                    .setCreatePermission(true).setListPermission(true).setDeletePermission(true);
            var token = new AzureCredentials.Sas(connection.blocking().generateSas(
                    new BlobServiceSasSignatureValues(OffsetDateTime.now(ZoneOffset.UTC).plusHours(1), all)));
            losing.follow(_ -> new Hindrance.Lose("If-None-Match"));
            try (var careful = AzureStore.create(Azurite.at(Azurite.behind(losing), Azurite.CONTAINER,
                    SharedAzurite.newPrefix(), token), new Random(1), InstantSource.system())) {
                assertThat(careful.capabilities().conditionalPut()).isFalse();
                assertWriteOnce(careful);
            }
        }
        assertThat(store().capabilities().conditionalPut()).isTrue();
    }
}
