// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.store.Store;
import dev.muster.system.ConfigurationFault;
import dev.muster.system.Problem;
import dev.muster.system.S3Address;
import dev.muster.system.Stores;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Stores by the scheme of their address: {@code s3://}, {@code file://}, and paths. */
record AddressedStores(Stores files, Stores s3) implements Stores {

    @Override
    public Store open(String url) throws InterruptedException {
        return of(url).open(url);
    }

    @Override
    public Store openReadOnly(String url) throws InterruptedException {
        return of(url).openReadOnly(url);
    }

    @Override
    public Store create(String url) throws InterruptedException {
        return of(url).create(url);
    }

    @Override
    public Optional<Path> directory(String url) {
        return of(url).directory(url);
    }

    @Override
    public boolean exists(String url) throws InterruptedException {
        return of(url).exists(url);
    }

    private Stores of(String url) {
        if (S3Address.is(url)) {
            return s3;
        }
        if (url.contains("://") && !url.startsWith("file://")) {
            throw new ConfigurationFault.Invalid(url, List.of(new Problem(0, "",
                    "neither file:///path nor s3://bucket/prefix: this release knows no other stores")));
        }
        return files;
    }
}
