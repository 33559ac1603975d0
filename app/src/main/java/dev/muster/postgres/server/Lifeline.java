// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Stops a server when this program ends, in whatever way: a shell that runs as the server's account and reads from a
 * pipe that only we hold. When the pipe ends it asks the server to stop, and after half a minute insists; the pid file
 * must still name the process, so that a number used again is never signalled.
 */
final class Lifeline {

    private static final String SCRIPT = """
            ours() { [ "$(head -n 1 "$2/postmaster.pid" 2>/dev/null)" = "$1" ] && kill -0 "$1" 2>/dev/null; }
            while read -r line; do :; done
            ours "$@" || exit 0
            kill -s INT "$1"
            left=30
            while [ $left -gt 0 ] && ours "$@"; do sleep 1; left=$((left - 1)); done
            ours "$@" && kill -s QUIT "$1"
            """;

    private final Process shell;

    private Lifeline(Process shell) {
        this.shell = shell;
    }

    /** Ties the server to the life of this program. The tie ends with the server. */
    static void tie(Postmaster postmaster, Path dataDirectory, OsAccount account, Machine machine) {
        var command = new ArrayList<>(Detached.prefix(machine));
        command.addAll(account.command(List.of("/bin/sh", "-c", SCRIPT, "muster-lifeline",
                Long.toString(postmaster.pid()), dataDirectory.toString())));
        var builder = new ProcessBuilder(command).directory(Path.of("/").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        Command.cleanEnvironment(builder, machine);
        try {
            var lifeline = new Lifeline(builder.start());
            postmaster.onEnd(lifeline::cut);
        } catch (IOException e) {
            throw new ServerFault.ProgramUnusable(command.getFirst(), e);
        }
    }

    /** The server has ended: there is nothing left to stop. */
    private void cut() {
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        shell.destroyForcibly();
    }
}
