// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import java.net.URI;
import java.util.Optional;

/**
 * Where a store is.
 *
 * @param address of the bucket, without secrets, such as {@code s3://bucket}
 * @param prefix below which the store lies, without slashes at its ends; empty for the whole bucket
 * @param endpoint another server than the vendor's: {@code https://host:port}
 */
public record Place(String address, String prefix, Optional<URI> endpoint) {

    private static final int PREFIX_BYTES_MAX = 400;

    public Place {
        require(prefix, endpoint);
    }

    /**
     * What can be a place's.
     *
     * @throws IllegalArgumentException if these cannot
     */
    public static void require(String prefix, Optional<URI> endpoint) {
        if (prefix.startsWith("/") || prefix.endsWith("/") || prefix.contains("//")
                || prefix.length() > PREFIX_BYTES_MAX) {
            throw new IllegalArgumentException("'" + prefix + "' is not a prefix in a bucket");
        }
        endpoint.ifPresent(Place::requireEndpoint);
    }

    /** What stands before each name. */
    public String namePrefix() {
        return prefix.isEmpty() ? "" : prefix + "/";
    }

    /** For messages: an address without secrets. */
    public String text() {
        return address + (prefix.isEmpty() ? "" : "/" + prefix)
                + endpoint.map(server -> " at " + server).orElse("");
    }

    /** Something below the prefix, for messages. */
    public String subject(String name) {
        return name + " in " + text();
    }

    private static void requireEndpoint(URI endpoint) {
        var http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
        if (!http || endpoint.getHost() == null || endpoint.getUserInfo() != null || endpoint.getQuery() != null) {
            throw new IllegalArgumentException("an endpoint is https://host:port or http://host:port");
        }
    }
}
