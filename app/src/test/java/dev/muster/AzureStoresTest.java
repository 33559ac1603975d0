// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.store.azure.AzureCredentials;
import dev.muster.store.azure.AzureSettings;
import dev.muster.store.bucket.Timing;
import dev.muster.system.ConfigurationFault;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AzureStoresTest {

    private static final String KEY = "a2V5cw==";

    private static AzureSettings settings(String url, Map<String, String> environment) {
        return stores(environment).settings(url);
    }

    private static AzureStores stores(Map<String, String> environment) {
        return new AzureStores(environment, new Random(1), InstantSource.system());
    }

    @Test
    void anAddressAloneMeansAContainerOfAzureAndWhoeverTheMachineIs() {
        assertThat(settings("azure://clinic/backups/main", Map.of()))
                .isEqualTo(new AzureSettings("clinic", "backups", "main", Optional.empty(),
                        new AzureCredentials.Chain(Map.of()), Optional.empty(), Optional.empty(), Timing.DEFAULT));
    }

    @Test
    void everySettingOfAnAddressReachesTheStore() {
        assertThat(settings("azure://clinic/backups?endpoint=https://blobs.example/clinic&access-tier=Cool"
                + "&encryption-scope=patients", Map.of("AZURE_STORAGE_KEY", KEY)))
                .isEqualTo(new AzureSettings("clinic", "backups", "",
                        Optional.of(URI.create("https://blobs.example/clinic")), new AzureCredentials.AccountKey(KEY),
                        Optional.of("Cool"), Optional.of("patients"), Timing.DEFAULT));
    }

    @Test
    void credentialsAreFoundInTheOrderOfAzuresOwnTools() {
        var connection = "AccountName=clinic;AccountKey=" + KEY + ";BlobEndpoint=http://127.0.0.1:1/clinic";
        var all = Map.of("AZURE_STORAGE_CONNECTION_STRING", connection, "AZURE_STORAGE_KEY", "b3RoZXI=",
                "AZURE_STORAGE_SAS_TOKEN", "sv=1&sig=2");
        assertThat(settings("azure://clinic/backups", all))
                .satisfies(found -> assertThat(found.credentials()).isEqualTo(new AzureCredentials.AccountKey(KEY)))
                .satisfies(found -> assertThat(found.endpoint()).contains(URI.create("http://127.0.0.1:1/clinic")));
        assertThat(settings("azure://another/backups", all).credentials())
                .isEqualTo(new AzureCredentials.AccountKey("b3RoZXI="));
        assertThat(settings("azure://clinic/backups", Map.of("AZURE_STORAGE_SAS_TOKEN", "?sv=1&sig=2"))
                .credentials()).isEqualTo(new AzureCredentials.Sas("sv=1&sig=2"));
        var principal = Map.of("AZURE_STORAGE_KEY", " ", "AZURE_CLIENT_SECRET", "hidden");
        assertThat(settings("azure://clinic/backups", principal).credentials())
                .isEqualTo(new AzureCredentials.Chain(principal)).hasToString("Chain[]");
    }

    @Test
    void whatIsNoKeyIsAProblemOfTheConfigurationAndIsNotShown() {
        var stores = new PatientStores(stores(Map.of("AZURE_STORAGE_KEY", "not*base64")), new Random(1), () -> 0);
        assertThatThrownBy(() -> stores.open("azure://clinic/backups"))
                .isInstanceOf(ConfigurationFault.Invalid.class).hasMessageContaining("is Base64, and this is not")
                .hasMessageNotContaining("not*base64");
    }
}
