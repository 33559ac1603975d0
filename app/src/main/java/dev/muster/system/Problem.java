// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

/**
 * One thing that is wrong with a configuration.
 *
 * @param line line in the file, from 1; 0 when it comes from the environment or concerns the whole file
 * @param path where in the file: {@code systems.clinic.objectives.rpo}
 * @param what what is wrong and what would be right: one sentence
 */
public record Problem(int line, String path, String what) {

    @Override
    public String toString() {
        return (line == 0 ? "" : "line " + line + ": ") + (path.isEmpty() ? "" : path + ": ") + what;
    }
}
