// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import dev.muster.system.Objective;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a demonstration shall be like.
 *
 * @param disasters what strikes, in order
 * @param databaseBytes about how large the clinic's database is
 * @param sync whether commits wait until the receiver has them
 * @param objective what each recovery is held against
 * @param directory for everything, empty or not there yet; none for a temporary one
 * @param keep whether the last recovered server is left running, and the directory left where it is
 */
public record DemoRequest(List<DisasterKind> disasters, long databaseBytes, boolean sync, Objective objective,
        Optional<Path> directory, boolean keep) {

    public DemoRequest {
        disasters = List.copyOf(disasters);
    }
}
