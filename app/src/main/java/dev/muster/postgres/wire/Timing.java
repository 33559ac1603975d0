// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks.
 *
 * @param clock the time of day: decides whether certificates are in force
 * @param nanoTime the monotonic clock, in nanoseconds: measures how long things take
 */
public record Timing(InstantSource clock, LongSupplier nanoTime) {}
