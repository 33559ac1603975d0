// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.nio.file.Path;
import java.util.List;

/**
 * {@code muster.yaml} and the environment, read together and found without problems.
 *
 * @param source the file that it was read from
 * @param stateDirectory where this host keeps what can be derived or lost: index copies, anchors, receiver state
 * @param systems the protected systems, in the order of the file
 */
public record Configuration(Path source, Path stateDirectory, List<ProtectedSystem> systems) {

    /** The system of this name. */
    public ProtectedSystem system(String name) {
        return systems.stream().filter(system -> system.name().equals(name)).findFirst().orElseThrow(
                () -> new ConfigurationFault.UnknownSystem(name,
                        systems.stream().map(ProtectedSystem::name).toList()));
    }
}
