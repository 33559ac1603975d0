// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.manifest;

import java.util.HexFormat;

/**
 * One file of a manifest.
 *
 * @param path relative to the data directory; files of tablespaces are below {@code pg_tblspc}
 * @param size in bytes
 * @param algorithm the name of the checksum's algorithm, such as CRC32C; NONE if there is no checksum
 * @param checksum in lower-case hex; empty if the algorithm is NONE
 */
public record ManifestFile(String path, long size, String algorithm, String checksum) {

    /** The algorithm that Muster asks for. */
    public static final String CRC32C = "CRC32C";

    /** A CRC-32C as manifests print it: its four bytes in the order in which the server's memory holds them. */
    public static String crc32c(int crc) {
        return HexFormat.of().toHexDigits(Integer.reverseBytes(crc));
    }
}
