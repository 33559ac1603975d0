// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.base.manifest.ManifestFile;
import java.util.HashMap;
import java.util.Map;

/**
 * Compares the files that arrived with the manifest that comes after them. Holds a name and two numbers for each file
 * that has arrived and has not been listed yet.
 */
final class ReceivedFiles {

    private final Map<String, Received> received = new HashMap<>();

    private record Received(long size, int crc32c) {}

    /** A file has arrived. */
    void arrived(String path, long size, int crc32c) {
        if (received.put(path, new Received(size, crc32c)) != null) {
            throw new BaseBackupFault.ManifestMismatch("a file arrived twice", path);
        }
    }

    /** The manifest lists a file. */
    void listed(ManifestFile file) {
        var arrived = received.remove(file.path());
        if (arrived == null) {
            throw new BaseBackupFault.ManifestMismatch("a file that it lists did not arrive, or it is listed twice",
                    file.path());
        }
        if (arrived.size != file.size()) {
            throw new BaseBackupFault.ManifestMismatch(
                    "a file of " + file.size() + " bytes arrived with " + arrived.size, file.path());
        }
        if (!file.algorithm().equals(ManifestFile.CRC32C)
                || !file.checksum().equals(ManifestFile.crc32c(arrived.crc32c))) {
            throw new BaseBackupFault.ManifestMismatch("the checksum of a file is another one", file.path());
        }
    }

    /** The manifest has ended. */
    void end() {
        if (!received.isEmpty()) {
            throw new BaseBackupFault.ManifestMismatch(received.size() + " files arrived that it does not list",
                    received.keySet().iterator().next());
        }
    }
}
