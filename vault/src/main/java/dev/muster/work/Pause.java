// SPDX-License-Identifier: Apache-2.0
package dev.muster.work;

import java.time.Duration;

/** How something waits before it tries again: {@link Wait#pause} in the program, a recorder in tests. */
@FunctionalInterface
public interface Pause {

    /** Returns after this long; a zero or negative duration returns at once. */
    void pause(Duration length) throws InterruptedException;
}
