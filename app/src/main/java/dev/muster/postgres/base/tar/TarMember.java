// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.tar;

import java.time.Instant;

/**
 * What a header says about one member.
 *
 * @param name relative, '/' between its parts, none of them empty, "." or ".."
 * @param type what it is
 * @param mode the permission bits, 0 to 07777
 * @param size the bytes of data that follow; 0 unless it is a file
 * @param modified when its data were changed last, in whole seconds
 * @param link where a symbolic link leads, as written; empty otherwise
 */
public record TarMember(String name, Type type, int mode, long size, Instant modified, String link) {

    /** The kinds of members that PostgreSQL writes. */
    public enum Type {
        FILE, DIRECTORY, LINK
    }
}
