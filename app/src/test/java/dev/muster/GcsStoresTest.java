// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.store.StoreException;
import dev.muster.store.bucket.Timing;
import dev.muster.store.gcs.GcsCredentials;
import dev.muster.store.gcs.GcsSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class GcsStoresTest {

    @Test
    void anAddressAloneMeansABucketOfGooglesAndWhoeverTheMachineIs() {
        assertThat(GcsStores.settings("gs://clinic/main")).isEqualTo(GcsSettings.of("clinic", "main"));
    }

    @Test
    void everySettingOfAnAddressReachesTheStore() {
        assertThat(
                GcsStores.settings("gs://clinic?endpoint=https://objects.example&credentials-file=/etc/muster/sa.json"
                        + "&storage-class=ARCHIVE&kms-key=projects/p/locations/eu/keyRings/r/cryptoKeys/k"))
                .isEqualTo(new GcsSettings("clinic", "", Optional.of(URI.create("https://objects.example")),
                        new GcsCredentials.KeyFile(Path.of("/etc/muster/sa.json")), Optional.of("ARCHIVE"),
                        Optional.of("projects/p/locations/eu/keyRings/r/cryptoKeys/k"), Timing.DEFAULT));
    }

    /** With the libraries that the program has. */
    @Test
    void aKeyThatIsNoneIsTold(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("key.json"), "{\"type\": \"service_account\"}");
        var stores = new PatientStores(new GcsStores(new Random(1), InstantSource.system()), new Random(1), () -> 0);

        assertThatThrownBy(() -> stores.open("gs://clinic?endpoint=http://127.0.0.1:1&credentials-file=" + file))
                .isInstanceOfSatisfying(StoreException.Denied.class,
                        fault -> assertThat(fault.code()).isEqualTo("store.credentials"));
    }
}
