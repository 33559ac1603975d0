// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres;

/**
 * The number that initdb gave a cluster; its standbys, backups and branches share it.
 *
 * @param value the number, to be read as unsigned
 */
public record SystemId(long value) {

    /**
     * Reads the unsigned decimal number that the server answers.
     *
     * @throws IllegalArgumentException if the text is not such a number
     */
    public static SystemId parse(String decimal) {
        try {
            return new SystemId(Long.parseUnsignedLong(decimal));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a system identifier: '" + decimal + "'", e);
        }
    }

    /** The unsigned number in decimal, as the server prints it. */
    @Override
    public String toString() {
        return Long.toUnsignedString(value);
    }
}
