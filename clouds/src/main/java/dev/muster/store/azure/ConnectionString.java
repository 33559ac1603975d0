// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.azure;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What Azure's portal and tools hand out to connect by, {@code AccountName=...;AccountKey=...}, as far as blobs need it
 * (Azure Storage, "Configure connection strings"). It has secrets and is never shown.
 *
 * @param account named in it
 * @param credentials in it
 * @param endpoint of the blobs, if it says one or the parts of one
 */
public record ConnectionString(Optional<String> account, AzureCredentials credentials, Optional<URI> endpoint) {

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none, or has nothing to ask with
     */
    public static ConnectionString parse(String text) {
        var parts = new HashMap<String, String>();
        for (var part : text.split(";", -1)) {
            var equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
            }
        }
        var account = Optional.ofNullable(parts.get("AccountName"));
        return new ConnectionString(account, credentials(parts), endpoint(parts, account));
    }

    private static AzureCredentials credentials(Map<String, String> parts) {
        var key = parts.get("AccountKey");
        if (key != null) {
            return new AzureCredentials.AccountKey(key);
        }
        var token = parts.get("SharedAccessSignature");
        if (token != null) {
            return new AzureCredentials.Sas(token);
        }
        throw new IllegalArgumentException(
                "a connection string has AccountKey=... or SharedAccessSignature=..., and this has neither");
    }

    private static Optional<URI> endpoint(Map<String, String> parts, Optional<String> account) {
        var endpoint = parts.get("BlobEndpoint");
        if (endpoint != null) {
            return Optional.of(URI.create(endpoint));
        }
        return Optional.ofNullable(parts.get("EndpointSuffix"))
                .filter(suffix -> !suffix.equals(AzureSettings.SUFFIX)).flatMap(suffix -> account.map(
                        name -> URI.create(parts.getOrDefault("DefaultEndpointsProtocol", "https") + "://" + name
                                + ".blob." + suffix)));
    }
}
