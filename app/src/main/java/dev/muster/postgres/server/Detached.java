// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.util.List;

/**
 * How to start a process in a session of its own, so that neither Ctrl-C in our terminal nor its end reaches it: through
 * setsid, which replaces itself and keeps the process our child. Where there is no setsid, as on macOS, it stays in our
 * session.
 */
final class Detached {

    private Detached() {}

    /** What the command line starts with. */
    static List<String> prefix(Machine machine) {
        return machine.program("setsid").map(setsid -> List.of(setsid.toString())).orElse(List.of());
    }
}
