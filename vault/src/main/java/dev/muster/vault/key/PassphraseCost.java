// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

/**
 * What one guess of a passphrase costs by Argon2id (RFC 9106), within the bounds of docs/format.md, section 5.
 *
 * @param memoryKib memory in KiB, 64 MiB to 1 GiB
 * @param passes 2 to 16
 * @param lanes 1 to 16
 */
public record PassphraseCost(int memoryKib, int passes, int lanes) {

    public static final int MEMORY_KIB_MIN = 64 << 10;
    public static final int MEMORY_KIB_MAX = 1 << 20;
    public static final int PASSES_MIN = 2;
    public static final int PASSES_MAX = 16;
    public static final int LANES_MAX = 16;

    /** 256 MiB, 3 passes, 4 lanes: about a second. */
    public static final PassphraseCost DEFAULT = new PassphraseCost(256 << 10, 3, 4);

    /** The least that the format allows. */
    public static final PassphraseCost LOWEST = new PassphraseCost(MEMORY_KIB_MIN, PASSES_MIN, 1);

    public PassphraseCost {
        if (!isAllowed(memoryKib, passes, lanes)) {
            throw new IllegalArgumentException(
                    "Argon2id with " + memoryKib + " KiB, " + passes + " passes, " + lanes + " lanes");
        }
    }

    static boolean isAllowed(long memoryKib, long passes, int lanes) {
        return memoryKib >= MEMORY_KIB_MIN && memoryKib <= MEMORY_KIB_MAX && passes >= PASSES_MIN
                && passes <= PASSES_MAX && lanes >= 1 && lanes <= LANES_MAX;
    }
}
