// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.serve;

import java.io.IOException;
import java.nio.file.Path;

/** Gives a file to the user that the recovering server runs as; does nothing if that is who we are. */
@FunctionalInterface
public interface OwnFile {
    void own(Path file) throws IOException;
}
