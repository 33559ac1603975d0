// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.azure;

import com.azure.core.credential.AzureSasCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.policy.AddDatePolicy;
import com.azure.core.http.policy.AzureSasCredentialPolicy;
import com.azure.core.http.policy.BearerTokenAuthenticationPolicy;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.util.Configuration;
import com.azure.core.util.ConfigurationBuilder;
import com.azure.identity.AzureCliCredentialBuilder;
import com.azure.identity.ChainedTokenCredentialBuilder;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.storage.blob.BlobContainerAsyncClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import com.azure.storage.blob.BlobServiceVersion;
import com.azure.storage.common.StorageSharedKeyCredential;
import com.azure.storage.common.policy.StorageSharedKeyCredentialPolicy;
import dev.muster.store.bucket.JavaHttp;
import java.util.HashMap;
import java.util.Map;

/**
 * The SDK's clients for a container. Their requests pass through no more than what dates and signs them: nothing
 * repeats one, and nothing moves one to another thread.
 *
 * @param blocking for all but reading
 * @param reading for reading, since the other would write what it reads into something
 * @param http closed by whoever opened this
 */
record Connection(BlobContainerClient blocking, BlobContainerAsyncClient reading, JavaHttp http)
        implements
            AutoCloseable {

    /** Old enough for every server that speaks this protocol, and has all that is asked. */
    private static final BlobServiceVersion VERSION = BlobServiceVersion.V2021_12_02;

    private static final String SCOPE = "https://storage.azure.com/.default";

    static Connection open(AzureSettings settings) throws InterruptedException {
        var http = new JavaHttp(settings.timing());
        Connection opened = null;
        try {
            var transport = new AzureHttp(http);
            var container = new BlobContainerClientBuilder()
                    .endpoint(settings.server()).containerName(settings.container()).serviceVersion(VERSION)
                    .pipeline(pipeline(transport, signing(settings, transport)));
            settings.encryptionScope().ifPresent(container::encryptionScope);
            opened = new Connection(container.buildClient(), container.buildAsyncClient(), http);
            return opened;
        } finally {
            if (opened == null) {
                http.close();
            }
        }
    }

    private static HttpPipeline pipeline(AzureHttp transport, HttpPipelinePolicy signing) {
        return new HttpPipelineBuilder().httpClient(transport).policies(new AddDatePolicy(), signing).build();
    }

    private static HttpPipelinePolicy signing(AzureSettings settings, AzureHttp transport)
            throws InterruptedException {
        return switch (settings.credentials()) {
            case AzureCredentials.AccountKey(var key) ->
                new StorageSharedKeyCredentialPolicy(new StorageSharedKeyCredential(settings.account(), key));
            case AzureCredentials.Sas(var token) -> new AzureSasCredentialPolicy(new AzureSasCredential(token), false);
            case AzureCredentials.Chain(var environment) -> chain(settings, transport, environment);
        };
    }

    /**
     * What servers have, and Azure's command line: the rest of the default chain are keyrings of desktops, whose native
     * code is not here. The chain is asked at once: that it finds nobody is a fault of its own.
     */
    private static HttpPipelinePolicy chain(AzureSettings settings, AzureHttp transport,
            Map<String, String> environment) throws InterruptedException {
        var servers = new HashMap<>(environment);
        servers.put("AZURE_TOKEN_CREDENTIALS", "prod");
        var chain = new ChainedTokenCredentialBuilder()
                .addLast(new DefaultAzureCredentialBuilder().configuration(configuration(servers))
                        .httpClient(transport).build())
                .addLast(new AzureCliCredentialBuilder().build()).build();
        try {
            chain.getTokenSync(new TokenRequestContext().addScopes(SCOPE));
        } catch (RuntimeException e) {
            throw Failures.withoutCredentials(e, settings.where().text());
        }
        return new BearerTokenAuthenticationPolicy(chain, SCOPE);
    }

    private static Configuration configuration(Map<String, String> environment) {
        return new ConfigurationBuilder(_ -> Map.of(), _ -> Map.of(), _ -> environment).build();
    }

    @Override
    public void close() {
        http.close();
    }
}
