// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.store.bucket.Timing;
import dev.muster.store.s3.S3Credentials;
import dev.muster.store.s3.S3Encryption;
import dev.muster.store.s3.S3Settings;
import dev.muster.store.s3.S3Settings.Checksums;
import dev.muster.system.ConfigurationFault;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class S3StoresTest {

    @Test
    void anAddressAloneMeansABucketOfAwsAndWhoeverTheMachineIs() {
        assertThat(S3Stores.settings("s3://clinic/main")).isEqualTo(S3Settings.of("clinic", "main"));
    }

    @Test
    void everySettingOfAnAddressReachesTheStore() {
        assertThat(S3Stores.settings("s3://clinic?region=eu-1&endpoint=https://objects.example&profile=backup"
                + "&server-side-encryption=kms&kms-key=alias/clinic&storage-class=STANDARD_IA&checksums=when-supported"))
                .isEqualTo(new S3Settings("clinic", "", Optional.of(URI.create("https://objects.example")),
                        Optional.of("eu-1"), true, new S3Credentials.Chain(Optional.of("backup")),
                        new S3Encryption.Kms(Optional.of("alias/clinic")), Optional.of("STANDARD_IA"),
                        Checksums.WHEN_SUPPORTED, Timing.DEFAULT));
        assertThat(S3Stores
                .settings("s3://clinic?endpoint=https://objects.example&path-style=false&server-side-encryption=s3"))
                .satisfies(settings -> assertThat(settings.pathStyle()).isFalse())
                .satisfies(settings -> assertThat(settings.encryption()).isEqualTo(new S3Encryption.Managed()));
    }

    @Test
    void whatIsNoAddressIsAProblemOfTheConfiguration() {
        var stores = new PatientStores(new S3Stores(new Random(1), InstantSource.system()), new Random(1), () -> 0);
        assertThatThrownBy(() -> stores.open("s3://clinic?color=red"))
                .isInstanceOf(ConfigurationFault.Invalid.class).hasMessageContaining("'color' is not a setting");
    }
}
