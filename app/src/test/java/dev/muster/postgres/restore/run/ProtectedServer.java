// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.base.BackupRecord;
import dev.muster.postgres.base.BackupRequest;
import dev.muster.postgres.base.RunningReceiver;
import dev.muster.postgres.base.Servers;
import dev.muster.postgres.base.TakeBaseBackup;
import dev.muster.postgres.base.TestRepository;
import dev.muster.postgres.base.log.LogTools;
import dev.muster.postgres.base.log.ReceivedLog;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wal.receive.Clocks;
import dev.muster.postgres.wal.receive.LogRepository;
import dev.muster.postgres.wal.receive.SlotNames;
import dev.muster.work.CrashPoints;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Random;

/** A server whose log is received into a repository of its own, as the system "clinic". */
final class ProtectedServer implements AutoCloseable {

    private static final long SEED = 20_261_128;

    private final Path directory;
    private final TestServer server;
    private final TestRepository repository;
    private RunningReceiver receiver;

    private ProtectedServer(Path directory, TestServer server) throws Exception {
        this.directory = directory;
        this.server = server;
        this.repository = TestRepository.create(directory);
        this.receiver = RunningReceiver.start(repository, Servers.settings(server), directory);
    }

    static ProtectedServer start(TestServers servers, int major) throws Exception {
        return of(servers.fresh(major, Settings.none().with("autovacuum", "off")), servers.directory());
    }

    static ProtectedServer of(TestServer server, Path directory) throws Exception {
        return new ProtectedServer(directory, server);
    }

    TestServer server() {
        return server;
    }

    TestRepository repository() {
        return repository;
    }

    /** Where the repository lies. */
    Path directory() {
        return directory;
    }

    BackupRecord backUp() throws Exception {
        return backUp("postgres");
    }

    /** A backup that is taken by this user. */
    BackupRecord backUp(String user) throws Exception {
        return backUp(Servers.settings(server, user));
    }

    /** A backup of this server, whose log is that which is received. */
    BackupRecord backUp(ConnectionSettings settings) throws Exception {
        var clocks = new Clocks(InstantSource.system(), System::nanoTime, new Random(SEED));
        var tools = new LogTools(Servers.connector(), LogRepository.of(repository.vault(), "db1"), clocks, "db1",
                Duration.ofSeconds(60));
        var take = new TakeBaseBackup(repository.vault(), new ReceivedLog(tools, SlotNames.of("clinic")),
                Servers.tools(CrashPoints.none()));
        return take.take(take.plan(BackupRequest.of("clinic", "postgres", "db1"), settings), _ -> {});
    }

    /** Waits until all that was written is in the repository. */
    Lsn caughtUp() throws Exception {
        var position = position();
        receiver.awaitStored(position);
        return position;
    }

    Lsn position() throws Exception {
        return Lsn.parse(server.query("select pg_current_wal_flush_lsn()").getFirst());
    }

    /** The server's clock; nothing that comes later is of this moment. */
    Instant now() throws Exception {
        var micros = server.query("select (extract(epoch from clock_timestamp()) * 1000000)::bigint").getFirst();
        return Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS);
    }

    @Override
    public void close() {
        receiver.close();
        server.close();
        repository.close();
    }
}
