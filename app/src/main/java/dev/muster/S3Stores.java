// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.store.Store;
import dev.muster.store.bucket.Timing;
import dev.muster.store.s3.S3Credentials;
import dev.muster.store.s3.S3Encryption;
import dev.muster.store.s3.S3Settings;
import dev.muster.store.s3.S3Settings.Checksums;
import dev.muster.store.s3.S3Store;
import dev.muster.system.BucketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Stores in buckets of S3 and what speaks its protocol. */
record S3Stores(RandomGenerator random, InstantSource clock) implements PatientStores.Buckets {

    private record Doors(S3Settings settings, S3Stores with) implements PatientStores.Doors {

        @Override
        public Store create() throws InterruptedException {
            return S3Store.create(settings, with.random, with.clock);
        }

        @Override
        public Store open() throws InterruptedException {
            return S3Store.open(settings, with.clock);
        }

        @Override
        public Store openReadOnly() throws InterruptedException {
            return S3Store.openReadOnly(settings, with.clock);
        }
    }

    @Override
    public PatientStores.Doors at(String url) {
        return new Doors(settings(url), this);
    }

    /** What an address means to the store. */
    static S3Settings settings(String url) {
        var address = BucketAddress.parse(url);
        var endpoint = address.setting("endpoint").map(URI::create);
        return new S3Settings(address.bucket(), address.prefix(), endpoint, address.setting("region"),
                address.setting("path-style").map(Boolean::parseBoolean).orElse(endpoint.isPresent()),
                new S3Credentials.Chain(address.setting("profile")), encryption(address),
                address.setting("storage-class"), checksums(address), Timing.DEFAULT);
    }

    private static S3Encryption encryption(BucketAddress address) {
        return switch (address.setting("server-side-encryption").orElse("bucket")) {
            case "s3" -> new S3Encryption.Managed();
            case "kms" -> new S3Encryption.Kms(address.setting("kms-key"));
            default -> new S3Encryption.OfBucket();
        };
    }

    private static Checksums checksums(BucketAddress address) {
        return address.setting("checksums").filter("when-supported"::equals).isPresent()
                ? Checksums.WHEN_SUPPORTED
                : Checksums.WHEN_REQUIRED;
    }
}
