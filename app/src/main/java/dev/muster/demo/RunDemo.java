// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import dev.muster.postgres.base.BackupProgress;
import dev.muster.postgres.wal.receive.SlotNames;
import dev.muster.system.StreamSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A whole disaster and recovery, or several one after the other, on a PostgreSQL that is made for it. The server keeps its
 * defaults for durability: fsync, full_page_writes and synchronous_commit are on.
 */
public final class RunDemo {

    static final String SYSTEM = "clinic";

    private static final long SEED = 20_261_120;
    private static final int COMMITS_BEFORE_EACH = 50;
    private static final Duration WORK_AT_MOST = Duration.ofMinutes(2);
    private static final Duration WORK_AT_LEAST = Duration.ofSeconds(2);

    private final DemoParts parts;

    public RunDemo(DemoParts parts) {
        this.parts = parts;
    }

    /**
     * What a demonstration leaves.
     *
     * @param report its numbers
     * @param faults what is wrong with what came back, each a sentence; empty if nothing is
     * @param kept the server that was left running
     */
    public record Outcome(DemoReport report, List<String> faults, Optional<Kept> kept) {}

    /**
     * A recovered server that was left running.
     *
     * @param psql the command that connects to it
     * @param password of its superuser
     * @param directory with everything of the demonstration
     * @param configuration of Muster for it
     * @param pid of its postmaster
     */
    public record Kept(String psql, String password, Path directory, Path configuration, long pid) {}

    /** Runs it. What it made is removed again unless it is to be kept. */
    public Outcome run(DemoRequest request, DemoWatch watch) throws InterruptedException {
        var disks = Disks.make(request.directory(), parts.servers().room().machine().temporary());
        try {
            return play(request, disks, watch);
        } catch (SQLException e) {
            throw new DemoFault.Query("ask its own server (SQLSTATE " + e.getSQLState() + ")", disks.root().toString(),
                    e);
        } catch (IOException e) {
            throw new DemoFault.Directory("work with its files", disks.root().toString(), e);
        } finally {
            if (!request.keep()) {
                disks.remove();
            }
        }
    }

    private Outcome play(DemoRequest request, Disks disks, DemoWatch watch)
            throws SQLException, IOException, InterruptedException {
        var clinic = Clinic.ofSize(SEED, request.databaseBytes());
        watch.act("A clinic, protected");
        try (var production = open(clinic, disks, watch);
                var crew = new Crew(clinic, parts.time().nanoTime())) {
            var repository = new Repository(parts, disks);
            repository.make(production, request.sync());
            watch.done("Encrypted repository and its key made");
            var scene = new Scene(request, disks, clinic, production, repository, crew);
            try (var receiver = receiver(parts, disks, request.sync() ? List.of("--sync") : List.of())) {
                protect(scene, receiver, watch);
                return disasters(scene, receiver, watch);
            }
        }
    }

    private ClinicServer open(Clinic clinic, Disks disks, DemoWatch watch) throws SQLException, InterruptedException {
        watch.doing("Starting PostgreSQL " + parts.servers().installation().version().text());
        var production = ClinicServer.create(parts, disks.data());
        try {
            watch.done("PostgreSQL " + parts.servers().installation().version().text() + " started");
            watch.doing("Loading the clinic");
            try (var connection = production.connect()) {
                clinic.create(connection);
            }
            watch.done(String.format(Locale.ROOT, "Clinic loaded: 10 tables, %,d visits", clinic.visits()));
            return production;
        } catch (SQLException | RuntimeException e) {
            production.close();
            throw e;
        }
    }

    static ReceiverProcess receiver(DemoParts parts, Disks disks, List<String> options) {
        return ReceiverProcess.start(parts, disks, StreamSystem.stateFile(disks.state(), SYSTEM), options);
    }

    /** First the log, then the backup: what the backup needs of the log is then on its way already. */
    private static void protect(Scene scene, ReceiverProcess receiver, DemoWatch watch)
            throws SQLException, InterruptedException {
        watch.doing("Starting the WAL receiver");
        receiver.awaitStreaming();
        watch.done("WAL receiver streams, a process of its own");
        var backup = scene.repository().backUp(progress -> tell(watch, progress));
        watch.done(String.format(Locale.ROOT, "Base backup taken: %,d files, %,d MB, stored as %,d MB",
                backup.volume().files(), backup.volume().logicalBytes() / 1_000_000,
                backup.volume().storedBytes() / 1_000_000));
        if (scene.request().sync()) {
            scene.production().set("synchronous_standby_names",
                    "FIRST 1 (" + SlotNames.of(SYSTEM).stream().text() + ")");
            watch.done("Commits now wait until the receiver has them");
        }
    }

    private static void tell(DemoWatch watch, BackupProgress progress) {
        if (progress.phase() == BackupProgress.Phase.FILES) {
            watch.bytes("Base backup", progress.doneBytes(), progress.totalBytes().orElse(0));
        }
    }

    private Outcome disasters(Scene scene, ReceiverProcess receiver, DemoWatch watch)
            throws SQLException, IOException, InterruptedException {
        long databaseBytes;
        try (var connection = scene.production().connect()) {
            databaseBytes = Clinic.bytesOf(connection);
        }
        var survived = new ArrayList<Survived>();
        try {
            for (var kind : scene.request().disasters()) {
                work(scene, watch);
                survived.add(switch (kind) {
                    case BAD_DELETE -> new BadDelete(parts, scene, watch).survive(receiver);
                    case LOST_DISK -> new LostDisk(parts, scene, watch).survive(receiver);
                });
            }
            return outcome(scene, survived, databaseBytes);
        } finally {
            survived.forEach(each -> each.recovery().server().close());
        }
    }

    private void work(Scene scene, DemoWatch watch) throws SQLException, InterruptedException {
        scene.crew().work(scene.production().jdbcUrl());
        watch.doing("Writers commit");
        parts.waiting().pause(WORK_AT_LEAST);
        if (!parts.waiting().until(() -> scene.crew().haveEach(COMMITS_BEFORE_EACH), WORK_AT_MOST)) {
            throw new DemoFault.Writers(scene.request().sync(), scene.crew().ends());
        }
        watch.done(String.format(Locale.ROOT, "Writers at work: %,d commits so far",
                scene.crew().tally().acknowledged()));
    }

    private static Outcome outcome(Scene scene, List<Survived> survived, long databaseBytes) throws IOException {
        var report = new DemoReport(survived.stream().map(Survived::disaster).toList(), databaseBytes,
                scene.disks().repositoryBytes());
        var faults = survived.stream().flatMap(each -> each.faults().stream()).toList();
        var kept = scene.request().keep()
                ? Optional.of(kept(scene, survived.getLast().recovery().server()))
                : Optional.<Kept>empty();
        return new Outcome(report, faults, kept);
    }

    private static Kept kept(Scene scene, ClinicServer recovered) {
        return new Kept(recovered.psql(), recovered.password(), scene.disks().root(), scene.disks().configuration(),
                recovered.server().pid());
    }
}
