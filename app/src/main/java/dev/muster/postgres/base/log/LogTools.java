// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.log;

import dev.muster.postgres.wal.receive.Clocks;
import dev.muster.postgres.wal.receive.LogRepository;
import dev.muster.postgres.wire.Connector;
import dev.muster.vault.wal.WalArchive;
import dev.muster.work.Wait;
import java.time.Duration;

/**
 * What bringing and awaiting a log uses.
 *
 * @param connector makes connections
 * @param repository that the backup goes to
 * @param clocks of this host
 * @param host name of this host, for what is written into the repository
 * @param noProgressMax how long to wait for the log without any of it arriving
 */
public record LogTools(Connector connector, LogRepository repository, Clocks clocks, String host,
        Duration noProgressMax) {

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    WalArchive archive() {
        return repository.archive();
    }

    Wait waiting() {
        return new Wait(clocks.nanoTime(), LOOK_EVERY);
    }
}
