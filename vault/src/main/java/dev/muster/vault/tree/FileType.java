// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import java.util.Arrays;
import java.util.Optional;

/** What an entry is. */
public enum FileType {
    /** A regular file. */
    FILE(1),
    /** A directory. */
    DIRECTORY(2),
    /** A symbolic link. */
    LINK(3);

    private final int code;

    FileType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Optional<FileType> ofCode(int code) {
        return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
    }
}
