// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.fault.Fault;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.conninfo.TargetSession;
import dev.muster.postgres.datadir.PageCheck;
import dev.muster.postgres.wire.Connector;
import dev.muster.postgres.wire.SessionKind;
import dev.muster.postgres.wire.WireConnection;
import dev.muster.postgres.wire.WireFault;
import dev.muster.postgres.wire.replication.BackupStart;
import dev.muster.postgres.wire.replication.BaseBackupRequest;
import dev.muster.postgres.wire.replication.Replication;
import dev.muster.vault.Vault;
import dev.muster.vault.capture.CaptureRequest;
import dev.muster.vault.capture.CaptureSession;
import dev.muster.vault.capture.SnapshotDraft;
import dev.muster.vault.snapshot.CaptureSource;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.work.CrashPoints;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Takes base backups over the replication protocol (servers of version 15 to 18, primaries and standbys).
 *
 * <p><b>Bad pages.</b> The server verifies page checksums while it reads, and reads a page again that a writer may have
 * been writing; what it finds bad after that it sends, and fails when it has sent everything. Muster verifies the same
 * pages as they arrive. A backup that fails for nothing else is kept, since a damaged cluster needs one most: its record
 * and its snapshot name every bad page, and whoever started it is told of damage.
 */
public final class TakeBaseBackup {

    /** What snapshots of base backups are called. */
    public static final String KIND = "physical";

    private static final Duration SPREAD_SILENCE_MAX = Duration.ofHours(2);
    private static final Duration SILENCE_MAX = Duration.ofMinutes(15);
    private static final String DATA_CORRUPTED = "XX001";
    private static final String CLOCK =
            """
            select (extract(epoch from greatest(clock_timestamp(), pg_last_xact_replay_timestamp())) * 1000000)::bigint""";
    private static final String LABEL = "muster";

    private final Vault vault;
    private final BackupLog log;
    private final Tools tools;

    /**
     * What a backup uses of its surroundings.
     *
     * @param connector makes connections
     * @param clock of this host
     * @param nanoTime the monotonic clock
     * @param crashPoints told how far a backup is
     */
    public record Tools(Connector connector, InstantSource clock, LongSupplier nanoTime, CrashPoints crashPoints) {}

    /** What has arrived and was verified. */
    private record Received(ReceiveBackup backup, Evidence evidence, Duration took) {}

    public TakeBaseBackup(Vault vault, BackupLog log, Tools tools) {
        this.vault = vault;
        this.log = log;
        this.tools = tools;
    }

    /**
     * Looks at the server and says what will be read. Nothing is changed anywhere.
     *
     * @throws BaseBackupFault.ServerUnsuited if it cannot be backed up
     */
    public BackupPlan plan(BackupRequest request, ConnectionSettings settings) {
        try (var session = tools.connector.connect(settings, SessionKind.SQL)) {
            var pinned = pinned(settings, session);
            try (var connection = tools.connector.connect(pinned, SessionKind.PHYSICAL_REPLICATION)) {
                var asked = new AskServer(session);
                var facts = asked.ask(new Replication(connection));
                var notes = new ArrayList<>(asked.notes());
                pinned.exposure().ifPresent(exposure -> notes.add("The connection is not proven: " + exposure
                        + ". Set sslmode=verify-full."));
                return new BackupPlan(request, pinned, facts, log.source(pinned), notes);
            }
        }
    }

    /** One server, in the role that it has now: what becomes a primary meanwhile cannot be gone on with. */
    private static ConnectionSettings pinned(ConnectionSettings settings, WireConnection session) {
        var standby = "on".equals(session.parameters().get("in_hot_standby"));
        var pinned = settings.withHost(session.host());
        return standby ? pinned.withTarget(TargetSession.STANDBY) : pinned;
    }

    /**
     * Takes it.
     *
     * @param observer is told how far it is
     */
    public BackupRecord take(BackupPlan plan, Consumer<BackupProgress> observer) throws InterruptedException {
        var taken = committed(plan, observer);
        remember(plan.request().host(), taken.head.body().needs());
        return taken.record;
    }

    private Taken committed(BackupPlan plan, Consumer<BackupProgress> observer) throws InterruptedException {
        var begun = tools.clock.instant().truncatedTo(ChronoUnit.MICROS);
        var startedAt = tools.nanoTime.getAsLong();
        var watch = new BackupWatch(observer, tools.nanoTime);
        try (var keeping = log.begin(plan.settings()); var session = vault.capture(capture(plan.request()))) {
            reached("after-begin");
            var files = new CapturedFiles(session);
            var received = receive(plan, files, begun, new KeepLog(vault, plan, session, watch));
            reached("after-files");
            watch.enter(BackupProgress.Phase.DOCUMENTS, OptionalLong.empty());
            var described = describe(plan, files, received.backup);
            var facts = facts(plan, received, described);
            new DocumentWriter(files).object(Documents.CLUSTER, received.evidence.document(plan.server(), facts));
            reached("after-documents");
            var head = commit(keeping, session, received, facts, new Ending(begun, watch));
            var took = Duration.ofNanos(tools.nanoTime.getAsLong() - startedAt);
            var result = new Result(facts, begun, took, keeping.source());
            return new Taken(head, record(head, session, received, described, result));
        }
    }

    private record Taken(SnapshotHead head, BackupRecord record) {}

    /**
     * Remembers on this host how far the log reaches now, so that a check misses its end when it is gone. The snapshot is
     * committed: what fails here is no reason to say anything else.
     */
    private void remember(String host, List<WalNeed> needs) throws InterruptedException {
        var archive = vault.wal(host);
        try {
            for (var need : needs) {
                var end = archive.cover(need.incarnation()).end();
                end.ifPresent(lsn -> vault.anchor().seen(need.incarnation(), lsn));
            }
        } catch (Fault e) {
            // The next backup or receiver remembers it.
        }
    }

    private record Ending(Instant begun, BackupWatch watch) {}

    private record Result(BackupFacts facts, Instant begun, Duration took, BackupLog.Source log) {}

    private static CaptureRequest capture(BackupRequest request) {
        return new CaptureRequest(new CaptureSource(KIND, request.system(), request.component(), request.host()),
                request.tags(), request.pace().zstdLevel());
    }

    private Received receive(BackupPlan plan, SnapshotFiles files, Instant begun, KeepLog watch)
            throws InterruptedException {
        var layout = plan.server().layout();
        var receive = new ReceiveBackup(files, new ReceiveBackup.Folder(layout.directoryMode(), begun), watch,
                start -> rule(layout, start));
        var complaint = receive(plan, receive);
        var took = watch.watch().elapsed();
        var manifest = receive.verify();
        if (complaint.isPresent() && receive.archives().badPages().count() == 0) {
            throw complaint.get();
        }
        return new Received(receive, Evidence.of(plan.server(), receive, manifest), took);
    }

    private static Optional<PageCheck.Rule> rule(ServerFacts.Layout layout, BackupStart start) {
        return layout.checksums()
                ? Optional.of(new PageCheck.Rule(layout.sizes(), start.position()))
                : Optional.empty();
    }

    /** Receives everything; returns the server's complaint if it has sent everything and then found pages bad. */
    private Optional<WireFault.ServerError> receive(BackupPlan plan, ReceiveBackup receive)
            throws InterruptedException {
        try (var connection = tools.connector.connect(plan.settings(), SessionKind.PHYSICAL_REPLICATION)) {
            var replication = new Replication(connection);
            AskServer.requireSame(plan.server(), replication);
            var silenceMax = plan.request().pace().fastCheckpoint() ? SILENCE_MAX : SPREAD_SILENCE_MAX;
            replication.baseBackup(request(plan.request()), silenceMax, receive);
            return Optional.empty();
        } catch (WireFault.ServerError e) {
            if (e.serverMessage().sqlState().equals(DATA_CORRUPTED) && receive.manifestHasBegun()) {
                return Optional.of(e);
            }
            throw e;
        } catch (Cancelled e) {
            throw e.interruption();
        }
    }

    private static BaseBackupRequest request(BackupRequest request) {
        var base = BaseBackupRequest.labelled(LABEL).progress().withoutWaitingForArchive().tablespaceMap()
                .manifest(BaseBackupRequest.ManifestChecksum.CRC32C);
        var paced = request.pace().kibPerSecondMax();
        var limited = paced.isPresent() ? base.rateMax(paced.getAsInt()) : base;
        return request.pace().fastCheckpoint() ? limited.fastCheckpoint() : limited;
    }

    private Described describe(BackupPlan plan, SnapshotFiles files, ReceiveBackup received)
            throws InterruptedException {
        var writer = new DocumentWriter(files);
        try (var session = tools.connector.connect(plan.settings(), SessionKind.SQL)) {
            return new DescribeCluster(tools.connector, plan.settings(), writer).describe(session,
                    received.archives().badPages().kept(), received.archives().configurationFiles());
        }
    }

    private BackupFacts facts(BackupPlan plan, Received received, Described described) {
        var tablespaces = (int) received.backup.start().tablespaces().stream().filter(each -> each.oid().isPresent())
                .count();
        return received.evidence.facts(plan.server(), described, serverClock(plan),
                received.backup.archives().badPages().count(), tablespaces);
    }

    private Instant serverClock(BackupPlan plan) {
        try (var session = tools.connector.connect(plan.settings(), SessionKind.SQL)) {
            var micros = Long.parseLong(new ServerQuery(session).value(CLOCK).orElseThrow());
            return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        }
    }

    private SnapshotHead commit(BackupLog.Keeping keeping, CaptureSession session, Received received, BackupFacts facts,
            Ending ending) throws InterruptedException {
        var ranges = received.evidence.manifest().walRanges();
        var start = ranges.getFirst().start();
        ending.watch.enter(BackupProgress.Phase.LOG, OptionalLong.of(facts.stop().minus(start)));
        var needs = keeping.await(ranges, durable -> ending.watch.received(Math.max(0, durable.minus(start))));
        reached("after-log");
        ending.watch.enter(BackupProgress.Phase.COMMIT, OptionalLong.empty());
        var head = session.commit(new SnapshotDraft(ending.begun, needs, facts.toMap()));
        reached("after-commit");
        return head;
    }

    private static BackupRecord record(SnapshotHead head, CaptureSession session, Received received,
            Described described, Result result) {
        var progress = session.progress();
        var counts = head.body().counts();
        var volume = new BackupRecord.Volume(counts.files(), counts.logicalBytes(), progress.blocks(),
                progress.newBlocks(), progress.putBytes(), received.took);
        return new BackupRecord(head.id().hex(), result.facts, result.begun, result.took, result.log, volume,
                described.badPages(), described.notCaptured());
    }

    private void reached(String point) {
        tools.crashPoints.reached("base." + point);
    }
}
