// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.postgres.base.BackupRequest;
import dev.muster.postgres.base.TakeBaseBackup;
import dev.muster.postgres.base.log.AvailableLog;
import dev.muster.postgres.base.log.LogTools;
import dev.muster.postgres.base.log.StreamedLog;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.conninfo.ConninfoFault;
import dev.muster.postgres.conninfo.ConninfoResolver;
import dev.muster.postgres.wal.advice.Advice;
import dev.muster.postgres.wal.advice.Advise;
import dev.muster.postgres.wal.receive.Clocks;
import dev.muster.postgres.wal.receive.LogRepository;
import dev.muster.postgres.wal.receive.SlotNames;
import dev.muster.postgres.wire.Connector;
import dev.muster.vault.Vault;
import dev.muster.work.CrashPoints;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How this host reaches the PostgreSQL of protected systems.
 *
 * @param connector makes connections
 * @param conninfo reads what the configuration says of a connection
 * @param clocks of this host
 * @param host its name, for what is written into repositories
 */
public record PostgresAccess(Connector connector, ConninfoResolver conninfo, Clocks clocks, String host) {

    private static final String APPLICATION = "muster";
    private static final Duration LOG_WITHOUT_PROGRESS_MAX = Duration.ofMinutes(2);

    /** How to connect to a system's PostgreSQL. */
    public ConnectionSettings settings(ProtectedSystem system) {
        var settings = conninfo.resolve(system.postgres().text());
        return settings.session().applicationName().isPresent() ? settings : settings.withApplicationName(APPLICATION);
    }

    /**
     * What is to be said of a connection before anybody makes it: what others on the network could do to it, or that it
     * cannot be made like this.
     */
    public List<Advice> advice(ConnectionText connection) {
        try {
            return Advise.of(conninfo.resolve(connection.text()));
        } catch (ConninfoFault e) {
            return List.of(new Advice("connection-unclear", e.what() + ": " + e.subject(), e.remedy()));
        }
    }

    /** What a backup of a system's PostgreSQL shall be like. */
    public BackupRequest request(ProtectedSystem system, Map<String, String> tags) {
        return new BackupRequest(system.name(), ProtectedSystem.POSTGRES, host, tags, BackupRequest.Pace.fast());
    }

    /**
     * Takes base backups of a system. The system's receiver brings their log if it runs; else they do.
     *
     * @param scratch where WAL lies while a backup brings it, for its owner only
     */
    public TakeBaseBackup baseBackup(ProtectedSystem system, Vault vault, Path scratch) {
        var logs = new LogTools(connector, LogRepository.of(vault, host), clocks, host, LOG_WITHOUT_PROGRESS_MAX);
        var log = new AvailableLog(logs, SlotNames.named(system.stream().slot()),
                new StreamedLog(logs, system.name(), scratch));
        return new TakeBaseBackup(vault, log,
                new TakeBaseBackup.Tools(connector, clocks.clock(), clocks.nanoTime(), CrashPoints.none()));
    }
}
