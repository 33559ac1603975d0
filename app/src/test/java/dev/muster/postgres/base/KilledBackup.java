// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.base.log.LogTools;
import dev.muster.postgres.base.log.StreamedLog;
import dev.muster.postgres.conninfo.ConninfoResolver;
import dev.muster.postgres.conninfo.Surroundings;
import dev.muster.postgres.wal.receive.Clocks;
import dev.muster.postgres.wal.receive.LogRepository;
import dev.muster.work.CrashPoints;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Takes a base backup into a repository in a directory and ends without notice at a crash point. */
final class KilledBackup {

    static final int KILLED = 137;

    private KilledBackup() {}

    /** Arguments: directory, conninfo, crash point. */
    public static void main(String[] arguments) throws Exception {
        var directory = Path.of(arguments[0]);
        CrashPoints points = point -> {
            if (point.equals(arguments[2])) {
                Runtime.getRuntime().halt(KILLED);
            }
        };
        var settings = new ConninfoResolver(new Surroundings(Map.of(), Optional.empty(), "postgres"))
                .resolve(arguments[1]);
        var clocks = new Clocks(InstantSource.system(), System::nanoTime, new SecureRandom());
        try (var repository = TestRepository.open(directory, points)) {
            var tools = new LogTools(Servers.connector(), LogRepository.of(repository.vault(), "db1"), clocks, "db1",
                    Duration.ofSeconds(60));
            var take = new TakeBaseBackup(repository.vault(),
                    new StreamedLog(tools, "clinic", directory.resolve("scratch")), Servers.tools(points));
            take.take(take.plan(BackupRequest.of("clinic", "postgres", "db1"), settings), _ -> {});
        }
    }
}
