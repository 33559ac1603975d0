// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.base.TestRepository;
import dev.muster.postgres.server.TestServers;
import dev.muster.work.CrashPoints;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Restores out of a repository, the first argument, into a directory, the second, and kills itself as kill -9 does at a
 * crash point, the third. What is in the way is moved aside.
 */
final class RestoreProgram {

    private RestoreProgram() {}

    static Process start(Path repository, Path directory, String point) throws IOException {
        var java = ProcessHandle.current().info().command().orElseThrow();
        return new ProcessBuilder(List.of(java, "-Xmx512m", "--enable-native-access=ALL-UNNAMED",
                "-Dmuster.test.postgres=" + System.getProperty("muster.test.postgres"), "-cp",
                System.getProperty("java.class.path"), RestoreProgram.class.getName(), repository.toString(),
                directory.toString(), point)).inheritIO().start();
    }

    public static void main(String[] arguments) throws Exception {
        try (var opened = TestRepository.open(Path.of(arguments[0]), CrashPoints.none())) {
            var kit = new RestoreKit(opened.vault(), TestServers.roomOfProgram(), Path.of(arguments[1]));
            kit.restore(kit.to("latest").movingAside(Instant.now()), point -> {
                if (point.equals(arguments[2])) {
                    kill();
                }
            });
        }
    }

    private static void kill() {
        try {
            new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid())).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("cannot kill itself", e);
        }
    }
}
