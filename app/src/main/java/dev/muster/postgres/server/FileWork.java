// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.file.Path;

/** Something done to a file, whose failure is a fault that names the file. */
@FunctionalInterface
interface FileWork<T> {

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

    static Path realPath(Path file) {
        return on(file, "resolve", file::toRealPath);
    }
}
