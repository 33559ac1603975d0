// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * What says that a place is a store, and which one, kept beside its objects: without it a volume that is not mounted, or
 * a prefix that was mistyped, would be an empty store, in which nothing is found and to which everything could be
 * written. The same in every kind of store, so that a copy by any tool is a store again.
 *
 * @param text what it says, in ASCII
 */
public record Marker(String text) {

    /** No key can name it, since keys have no capital letters. */
    public static final String NAME = "MUSTER-STORE";

    /** No marker is longer. */
    public static final int LENGTH_BYTES_MAX = 4096;

    private static final String FIRST_LINE = "muster-store 1\n";
    private static final int IDENTITY_BYTES = 16;

    /**
     * A new marker.
     *
     * @param random must not repeat in another process
     */
    public static Marker of(RandomGenerator random) {
        var identity = new byte[IDENTITY_BYTES];
        synchronized (random) {
            random.nextBytes(identity);
        }
        return new Marker(FIRST_LINE + "id " + HexFormat.of().formatHex(identity) + "\n"
                + "This directory belongs to Muster. Its files are never changed: copy them with any tool,\n"
                + "and leave it to Muster to add and remove them.\n");
    }

    /**
     * The marker that was read at a place.
     *
     * @throws StoreException.Absent if it is none
     */
    public static Marker parse(byte[] bytes, String place) {
        var text = new String(bytes, StandardCharsets.US_ASCII);
        if (!text.startsWith(FIRST_LINE)) {
            throw StoreException.Absent.of(place, "its " + NAME + " was not written by this version of Muster");
        }
        return new Marker(text);
    }

    /** Its bytes, to be put. */
    public Content asContent() {
        return Content.of(text.getBytes(StandardCharsets.US_ASCII));
    }
}
