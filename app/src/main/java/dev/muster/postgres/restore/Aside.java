// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * A directory that is in the way, and is renamed before anything is written. Nothing of it is deleted.
 *
 * @param from its name
 * @param to the name that it gets, in the same directory
 * @param holds what was found in it
 * @param bytes how much, if that was cheap to count
 */
public record Aside(Path from, Path to, String holds, OptionalLong bytes) {}
