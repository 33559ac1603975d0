// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault;

import dev.muster.work.CrashPoints;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * What a vault uses of the machine.
 *
 * @param clock of this host
 * @param random of the kernel
 * @param stateDirectory what this host remembers: an index that can be rebuilt, and what it has seen of each repository
 * @param workers how many blocks are looked at at once: the number of cores
 * @param crashPoints told how far a capture is; {@link CrashPoints#none} in a program
 */
public record Instruments(InstantSource clock, SecureRandom random, Path stateDirectory, int workers,
        CrashPoints crashPoints) {

    /** Without crash points. */
    public Instruments(InstantSource clock, SecureRandom random, Path stateDirectory, int workers) {
        this(clock, random, stateDirectory, workers, CrashPoints.none());
    }
}
