// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.store.Store;
import dev.muster.store.bucket.Timing;
import dev.muster.store.gcs.GcsCredentials;
import dev.muster.store.gcs.GcsSettings;
import dev.muster.store.gcs.GcsStore;
import dev.muster.system.BucketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Stores in buckets of Google Cloud Storage. */
record GcsStores(RandomGenerator random, InstantSource clock) implements PatientStores.Buckets {

    private record Doors(GcsSettings settings, GcsStores with) implements PatientStores.Doors {

        @Override
        public Store create() throws InterruptedException {
            return GcsStore.create(settings, with.random, with.clock);
        }

        @Override
        public Store open() throws InterruptedException {
            return GcsStore.open(settings, with.clock);
        }

        @Override
        public Store openReadOnly() throws InterruptedException {
            return GcsStore.openReadOnly(settings, with.clock);
        }
    }

    @Override
    public PatientStores.Doors at(String url) {
        return new Doors(settings(url), this);
    }

    /** What an address means to the store. */
    static GcsSettings settings(String url) {
        var address = BucketAddress.parse(url);
        return new GcsSettings(address.bucket(), address.prefix(), address.setting("endpoint").map(URI::create),
                address.setting("credentials-file").map(Path::of).<GcsCredentials>map(GcsCredentials.KeyFile::new)
                        .orElseGet(GcsCredentials.Chain::new),
                address.setting("storage-class"), address.setting("kms-key"), Timing.DEFAULT);
    }
}
