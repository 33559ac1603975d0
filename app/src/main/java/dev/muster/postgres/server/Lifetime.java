// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

/** How long a server lives. Neither kind hears the signals of our terminal. */
public enum Lifetime {

    /**
     * Until its {@link RunningServer} is closed, or this program ends in whatever way, SIGKILL included: a server that
     * nobody remembers would keep patients' data open.
     */
    BOUND,
    /** Until somebody stops it; {@link RunningServer#at} finds it again. */
    OUTLIVES
}
