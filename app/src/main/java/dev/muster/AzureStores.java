// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.store.Store;
import dev.muster.store.azure.AzureCredentials;
import dev.muster.store.azure.AzureSettings;
import dev.muster.store.azure.AzureStore;
import dev.muster.store.azure.ConnectionString;
import dev.muster.store.bucket.Timing;
import dev.muster.system.BucketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Stores in containers of Azure Blob Storage.
 *
 * @param environment has what Azure's own tools take from it
 */
record AzureStores(Map<String, String> environment, RandomGenerator random, InstantSource clock)
        implements
            PatientStores.Buckets {

    private record Doors(AzureSettings settings, AzureStores with) implements PatientStores.Doors {

        @Override
        public Store create() throws InterruptedException {
            return AzureStore.create(settings, with.random, with.clock);
        }

        @Override
        public Store open() throws InterruptedException {
            return AzureStore.open(settings, with.clock);
        }

        @Override
        public Store openReadOnly() throws InterruptedException {
            return AzureStore.openReadOnly(settings, with.clock);
        }
    }

    @Override
    public PatientStores.Doors at(String url) {
        return new Doors(settings(url), this);
    }

    /** What an address means to the store. */
    AzureSettings settings(String url) {
        var address = BucketAddress.parse(url);
        var slash = address.bucket().indexOf('/');
        var account = address.bucket().substring(0, slash);
        var connection = set("AZURE_STORAGE_CONNECTION_STRING").map(ConnectionString::parse)
                .filter(found -> found.account().orElse(account).equals(account));
        return new AzureSettings(account, address.bucket().substring(slash + 1), address.prefix(),
                address.setting("endpoint").map(URI::create).or(() -> connection.flatMap(ConnectionString::endpoint)),
                credentials(connection), address.setting("access-tier"), address.setting("encryption-scope"),
                Timing.DEFAULT);
    }

    /** In the order of Azure's own command line. */
    private AzureCredentials credentials(Optional<ConnectionString> connection) {
        return connection.map(ConnectionString::credentials)
                .or(() -> set("AZURE_STORAGE_KEY").map(AzureCredentials.AccountKey::new))
                .or(() -> set("AZURE_STORAGE_SAS_TOKEN").map(AzureCredentials.Sas::new))
                .orElseGet(() -> new AzureCredentials.Chain(environment));
    }

    private Optional<String> set(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }
}
