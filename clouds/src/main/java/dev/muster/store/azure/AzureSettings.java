// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.azure;

import dev.muster.store.bucket.Place;
import dev.muster.store.bucket.Timing;
import java.net.URI;
import java.util.Optional;

/**
 * Where a store is and how it is spoken to.
 *
 * @param account holds the container
 * @param container exists already
 * @param prefix below which the store lies, without slashes at its ends; empty for the whole container
 * @param endpoint of the account's blobs, if that is not {@code https://ACCOUNT.blob.core.windows.net}
 * @param credentials who asks
 * @param accessTier of each blob, such as {@code Cool}; else the account's own
 * @param encryptionScope by which the server encrypts each blob, beside Muster's own sealing; else the container's own
 * @param timing how long is waited
 */
public record AzureSettings(String account, String container, String prefix, Optional<URI> endpoint,
        AzureCredentials credentials, Optional<String> accessTier, Optional<String> encryptionScope, Timing timing) {

    /** What the hosts of Azure's public cloud end with. */
    static final String SUFFIX = "core.windows.net";

    public AzureSettings {
        if (account.isEmpty() || account.contains("/")) {
            throw new IllegalArgumentException("'" + account + "' is not the name of an account");
        }
        if (container.isEmpty() || container.contains("/")) {
            throw new IllegalArgumentException("'" + container + "' is not the name of a container");
        }
        Place.require(prefix, endpoint);
    }

    /** Where the store is. */
    Place where() {
        return new Place("azure://" + account + "/" + container, prefix, endpoint);
    }

    /** Where the account's blobs are. */
    String server() {
        return endpoint.map(URI::toString).orElse("https://" + account + ".blob." + SUFFIX);
    }
}
