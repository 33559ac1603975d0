// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.store.Store;
import dev.muster.system.BucketAddress;
import dev.muster.system.ConfigurationFault;
import dev.muster.system.Problem;
import dev.muster.system.Stores;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Stores by the scheme of their address.
 *
 * @param files for {@code file://} and paths
 * @param buckets of each kind
 */
record AddressedStores(Stores files, Map<BucketAddress.Kind, Stores> buckets) implements Stores {

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
        var kind = BucketAddress.kindOf(url);
        if (kind.isPresent()) {
            return Objects.requireNonNull(buckets.get(kind.get()));
        }
        if (url.contains("://") && !url.startsWith("file://")) {
            throw new ConfigurationFault.Invalid(url, List.of(new Problem(0, "",
                    "it is none of file:///path, " + BucketAddress.FORMS)));
        }
        return files;
    }
}
