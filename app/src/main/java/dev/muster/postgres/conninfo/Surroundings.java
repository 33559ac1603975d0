// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a conninfo string leaves to the place where it is used.
 *
 * @param environment the environment variables; those that begin with PG are read
 * @param home the home directory, where the password, service and certificate files are by default
 * @param osUser the operating system's name for the user: the default of {@code user}
 */
public record Surroundings(Map<String, String> environment, Optional<Path> home, String osUser) {

    public Surroundings {
        environment = Map.copyOf(environment);
    }

    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name));
    }

    /** A file below the home directory. */
    Optional<Path> inHome(String relative) {
        return home.map(directory -> directory.resolve(relative));
    }
}
