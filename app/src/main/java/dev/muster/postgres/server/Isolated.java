// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.util.List;

/**
 * What isolating a cluster comes to.
 *
 * @param options how to start it
 * @param neutralised what is not in force while it runs so, and what a real switch turns on again
 * @param stillPossible what it can still do to other machines, each a sentence; empty if nothing
 */
public record Isolated(StartOptions options, List<Neutralised> neutralised, List<String> stillPossible) {

    public Isolated {
        neutralised = List.copyOf(neutralised);
        stillPossible = List.copyOf(stillPossible);
    }
}
