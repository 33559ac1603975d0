// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.disk.KernelPath;
import java.nio.file.Path;
import java.util.Optional;

/** Addresses as people type them, seen from the current directory. */
final class Addresses {

    private Addresses() {}

    /** A repository's address; a path is made absolute, a URL stays as it is. */
    static String absolute(String address, Path directory) {
        return address.contains("://") ? address : "file://" + KernelPath.absolute(directory.resolve(address));
    }

    /** The file of the configuration: as named, else by MUSTER_CONFIG, else muster.yaml here. */
    static Path configuration(Optional<Path> named, Invocation invocation) {
        return KernelPath.absolute(invocation.directory().resolve(named.orElseGet(
                () -> Path.of(invocation.environment().getOrDefault("MUSTER_CONFIG", "muster.yaml")))));
    }
}
