// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Something done to a file, whose failure is a fault that names the file. */
@FunctionalInterface
interface FileWork<T> {

    /** For a new file that may hold row data or a password. */
    FileAttribute<Set<PosixFilePermission>> OURS_ALONE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    T run() throws IOException;

    /**
     * Does it.
     *
     * @param what completes "Could not ... this file": {@code read}
     */
    static <T> T on(Path file, String what, FileWork<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new ServerFault.FileFailed(what, file, e);
        }
    }

    /**
     * Absolute. PostgreSQL takes {@code ..} out of a path without looking at links, unlike the kernel: what has any is
     * named by its real path.
     */
    static Path absolute(Path file) {
        var absolute = file.toAbsolutePath();
        return absolute.equals(absolute.normalize()) ? absolute : realPath(absolute);
    }

    static Path realPath(Path file) {
        return on(file, "resolve", file::toRealPath);
    }
}
