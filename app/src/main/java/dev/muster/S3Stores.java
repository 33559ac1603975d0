// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.store.RetryingStore;
import dev.muster.store.RetryingStore.Patience;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.store.s3.S3Credentials;
import dev.muster.store.s3.S3Encryption;
import dev.muster.store.s3.S3Settings;
import dev.muster.store.s3.S3Settings.Checksums;
import dev.muster.store.s3.S3Settings.Timing;
import dev.muster.store.s3.S3Store;
import dev.muster.system.ConfigurationFault;
import dev.muster.system.Problem;
import dev.muster.system.S3Address;
import dev.muster.system.Stores;
import dev.muster.work.Wait;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Stores in buckets of S3 and what speaks its protocol. What may pass is tried again, also while one is opened. */
record S3Stores(SecureRandom random, InstantSource clock, LongSupplier nanoTime) implements Stores {

    @Override
    public Store open(String url) throws InterruptedException {
        var settings = settings(url);
        return patient(() -> S3Store.open(settings, clock));
    }

    @Override
    public Store openReadOnly(String url) throws InterruptedException {
        var settings = settings(url);
        return patient(() -> S3Store.openReadOnly(settings, clock));
    }

    @Override
    public Store create(String url) throws InterruptedException {
        var settings = settings(url);
        return patient(() -> S3Store.create(settings, random, clock));
    }

    @Override
    public Optional<Path> directory(String url) {
        return Optional.empty();
    }

    /** A bucket that is missing or elsewhere is no place to make a store in, and says so here. */
    @Override
    public boolean exists(String url) throws InterruptedException {
        try (Store found = open(url)) {
            return !found.place().isEmpty();
        } catch (StoreException.Absent e) {
            if (e.code().equals("store.absent")) {
                return false;
            }
            throw e;
        }
    }

    private Store patient(RetryingStore.Call<Store> opening) throws InterruptedException {
        return RetryingStore.around(opening, Patience.STANDARD, random, new Wait(nanoTime)::pause);
    }

    /** What an address means to the store. */
    static S3Settings settings(String url) {
        try {
            var address = S3Address.parse(url);
            var endpoint = address.setting("endpoint").map(URI::create);
            return new S3Settings(address.bucket(), address.prefix(), endpoint, address.setting("region"),
                    address.setting("path-style").map(Boolean::parseBoolean).orElse(endpoint.isPresent()),
                    new S3Credentials.Chain(address.setting("profile")), encryption(address),
                    address.setting("storage-class"), checksums(address), Timing.DEFAULT);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationFault.Invalid(url,
                    List.of(new Problem(0, "", String.valueOf(e.getMessage()))));
        }
    }

    private static S3Encryption encryption(S3Address address) {
        return switch (address.setting("server-side-encryption").orElse("bucket")) {
            case "s3" -> new S3Encryption.Managed();
            case "kms" -> new S3Encryption.Kms(address.setting("kms-key"));
            default -> new S3Encryption.OfBucket();
        };
    }

    private static Checksums checksums(S3Address address) {
        return address.setting("checksums").filter("when-supported"::equals).isPresent()
                ? Checksums.WHEN_SUPPORTED
                : Checksums.WHEN_REQUIRED;
    }
}
