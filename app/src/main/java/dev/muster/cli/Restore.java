// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.ledger.Deed;
import dev.muster.ledger.Journal;
import dev.muster.postgres.restore.Destination;
import dev.muster.postgres.restore.EndAction;
import dev.muster.postgres.restore.Pace;
import dev.muster.postgres.restore.Purpose;
import dev.muster.postgres.restore.ReadTarget;
import dev.muster.postgres.restore.RestorePlan;
import dev.muster.postgres.restore.RestoreRequest;
import dev.muster.postgres.restore.TimelineChoice;
import dev.muster.postgres.restore.run.DirectoryOwner;
import dev.muster.postgres.restore.run.KeptPlace;
import dev.muster.postgres.restore.run.RestoreCluster;
import dev.muster.postgres.restore.run.RestoreProgress;
import dev.muster.postgres.restore.run.RestoreProof;
import dev.muster.postgres.restore.run.RestoreTools;
import dev.muster.postgres.restore.run.Restored;
import dev.muster.postgres.server.Lifetime;
import dev.muster.postgres.server.Listen;
import dev.muster.postgres.server.RunningServer;
import dev.muster.postgres.server.ServerRoom;
import dev.muster.postgres.server.ServerRooms;
import dev.muster.postgres.wire.Connector;
import dev.muster.store.StoreException;
import dev.muster.system.LostLog;
import dev.muster.system.PaceMemory;
import dev.muster.vault.Vault;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.proof.Proof;
import dev.muster.work.CrashPoints;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster restore}. */
@Command(name = "restore", description = {"Bring a system's cluster back to a moment, into a directory of its own.",
        "The plan is printed first. Then the files of the nearest backup before the moment are written, and a server that is "
                + "kept apart from the world replays the WAL up to it; where it got is compared with the plan, and less is a "
                + "failure. A restore that was broken off is carried on by the same command."}, footerHeading = "%nExamples:%n", footer = {
                        "  muster restore clinic --to latest --into /srv/clinic",
                        "  muster restore clinic --to '2026-11-20 13:05:00Z' --into /srv/clinic --plan",
                        "  muster restore clinic --to name:before-release-4.2 --into /srv/clinic --start",
                        "  muster restore clinic --to latest --into /srv/clinic --move-aside",
                        "  muster restore clinic --to latest --into /srv/clinic --repository /mnt/backups --key-file clinic.key"})
public final class Restore implements Callable<Integer> {

    private final OpenVault vaults;
    private final Here here;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryChoice where = new RepositoryChoice();

    @Parameters(paramLabel = "SYSTEM", description = "The system whose cluster is brought back.")
    private String system = "";

    @Option(names = "--to", paramLabel = "TARGET", required = true, description = "latest, immediate, a time, lsn:X/X, xid:N, name:TEXT or a snapshot's id.")
    private String target = "";

    @Option(names = "--exclusive", description = "Stop just before a time, lsn: or xid:, not just after it.")
    private boolean exclusive;

    @Option(names = "--into", paramLabel = "DIR", required = true, description = "The data directory to make: empty or not there yet, unless --move-aside.")
    private Path directory = Path.of("");

    @Option(names = "--move-aside", description = "Rename DIR, if it holds anything, to DIR.aside-<UTC time> first; nothing is deleted. Tablespaces' directories too.")
    private boolean moveAside;

    @Option(names = "--plan", description = "Print the plan, and do nothing.")
    private boolean planOnly;

    @Option(names = "--timeline", paramLabel = "T", description = "latest, current (the backup's) or a number. Default: latest.")
    private String timeline = "latest";

    @Option(names = "--tablespace", paramLabel = "OID=DIR", description = "Where a tablespace goes; the plan lists the oids. Can be repeated.")
    private Map<Long, Path> tablespaces = new LinkedHashMap<>();

    @Option(names = "--action", paramLabel = "ACTION", description = "At the target: promote (default), pause or shutdown.")
    private EndAction action = EndAction.PROMOTE;

    @Option(names = "--start", description = "Start a server on it, on 127.0.0.1, which outlives this command.")
    private boolean start;

    @Option(names = "--as", paramLabel = "USER", description = "Whom the files belong to and servers run as, if you are root.")
    private Optional<String> user = Optional.empty();

    @Option(names = "--read-only", description = "Write nothing into the repository, not even that it is being read.")
    private boolean readOnly;

    /**
     * What a restore uses of where it runs.
     *
     * @param rooms where servers run
     * @param connector makes connections
     * @param zone of times that name none
     * @param host the name of this host
     */
    public record Here(ServerRooms rooms, Connector connector, ZoneId zone, String host) {}

    public Restore(OpenVault vaults, Here here) {
        this.vaults = vaults;
        this.here = here;
    }

    @Override
    public Integer call() throws InterruptedException {
        var request = request();
        var room = here.rooms.of(user, DirectoryOwner.of(request.destination()));
        var place = where.place(vaults.invocation(), Optional.of(system));
        OpenVault.Use<Integer> use = (vault, store) -> restore(vault, request, room, place,
                PaceMemory.of(place.stateDirectory(), system, store.place()));
        return readOnly || planOnly ? vaults.openReadOnly(place, use) : vaults.open(place, use);
    }

    private RestoreRequest request() {
        var into = vaults.invocation().directory();
        var placements = new TreeMap<Long, Path>();
        tablespaces.forEach((oid, path) -> placements.put(oid, into.resolve(path)));
        return new RestoreRequest(new ReadTarget(here.zone).read(target, exclusive), TimelineChoice.parse(timeline),
                new Destination(into.resolve(directory), placements, moveAside
                        ? Optional.of(vaults.invocation().time().clock().instant())
                        : Optional.empty()),
                action, Purpose.COPY);
    }

    /** Without which the same command could not carry on, or nothing be restored ever again. */
    private List<KeptPlace> kept(RepositoryOptions.Place place) {
        var kept = new ArrayList<KeptPlace>();
        var address = place.address();
        vaults.stores().directory(address.url())
                .ifPresent(path -> kept.add(new KeptPlace(path, "the repository", true)));
        kept.add(new KeptPlace(place.stateDirectory(), "the state directory", true));
        address.keyFile().ifPresent(path -> kept.add(new KeptPlace(path, "the key file", false)));
        address.passphraseFile().ifPresent(path -> kept.add(new KeptPlace(path, "the passphrase file", false)));
        place.configuration().ifPresent(path -> kept.add(new KeptPlace(path, "the configuration", false)));
        return kept;
    }

    private int restore(Vault vault, RestoreRequest request, ServerRoom room, RepositoryOptions.Place place,
            PaceMemory memory) throws InterruptedException {
        var cluster = new RestoreCluster(vault, new RestoreTools(room, here.connector,
                vaults.invocation().time().nanoTime(), here.host, kept(place), CrashPoints.none()));
        var receiver = LostLog.read(place.stateDirectory(), system);
        var pace = memory.read();
        var plan = plan(cluster, request, pace);
        receiver.on(plan.reach().path())
                .ifPresent(lost -> vaults.invocation().terminal().err().println("notice: " + lost));
        if (planOnly) {
            if (json.asked()) {
                Json.print(vaults.invocation().out(), plan.document(pace));
            }
            return 0;
        }
        Restored restored;
        try (var progress = vaults.invocation().progress()) {
            Journal.Work<Restored> work = () -> cluster.run(plan, told -> show(progress, told));
            restored = readOnly
                    ? work.run()
                    : entered(vault, new Deed("restore.run", system, "into " + request.destination().directory()),
                            work);
        }
        memory.remember(restored);
        var server = start
                ? Optional.of(cluster.start(restored, new Listen.AnyPort(), Lifetime.OUTLIVES))
                : Optional.<RunningServer>empty();
        var text = new RestoreText(system, restored, pace, room.account(), server);
        if (json.asked()) {
            Json.print(vaults.invocation().out(), text.document());
        } else {
            text.print(vaults.invocation().out());
        }
        return 0;
    }

    /** Prints it, before anything is touched. */
    private RestorePlan plan(RestoreCluster cluster, RestoreRequest request, Pace pace) throws InterruptedException {
        RestorePlan plan;
        try (var progress = vaults.invocation().progress()) {
            progress.say("looking at the repository");
            plan = cluster.plan(system, request);
        }
        if (!json.asked()) {
            vaults.invocation().out().print(plan.text(pace));
            vaults.invocation().out().println();
            vaults.invocation().out().flush();
        }
        return plan;
    }

    private Restored entered(Vault vault, Deed deed, Journal.Work<Restored> work) throws InterruptedException {
        var journal = vaults.journals().of(vault);
        var clock = vaults.invocation().time().clock();
        var begun = clock.instant();
        return journal.attempt(deed, () -> {
            var restored = work.run();
            remember(vault, restored, new Proof.Origin(journal.session(), begun, clock.instant(), here.host,
                    vaults.invocation().person().name()));
            return restored;
        }, Restore::facts);
    }

    /** That it came back stands, whether or not that can be remembered. */
    private void remember(Vault vault, Restored restored, Proof.Origin origin) throws InterruptedException {
        if (!vault.role().maySay(Kind.PROOF)) {
            return;
        }
        try {
            var proofs = vault.proofs();
            var proof = RestoreProof.of(proofs.instance(), origin, system, restored, vault.statements().now());
            if (proof.isPresent()) {
                proofs.put(proof.get());
            }
        } catch (VaultFault | StoreException e) {
            vaults.invocation().terminal().err().println("notice: That this came back cannot be remembered in the "
                    + "repository: " + e.getMessage());
        }
    }

    private static Map<String, String> facts(Restored restored) {
        var facts = new TreeMap<>(Map.of("snapshot", restored.plan().reach().point().id(),
                "reached", restored.reached().lsn().toString(),
                "timeline", restored.reached().timeline().toString(),
                "took-ms", Long.toString(restored.times().total().toMillis())));
        restored.reached().lastTransaction().ifPresent(at -> facts.put("last-transaction", at.toString()));
        restored.reached().promotedTo().ifPresent(to -> facts.put("promoted-to", to.toString()));
        return facts;
    }

    private static void show(ProgressLine line, RestoreProgress told) {
        switch (told) {
            case RestoreProgress.Doing doing -> line.say(doing.what());
            case RestoreProgress.Copying copying -> line.bytes("files", copying.bytes(), copying.bytesTotal());
            case RestoreProgress.Replaying replaying -> line.bytes("replaying WAL",
                    Math.max(0, replaying.at().minus(replaying.from())), replaying.end().minus(replaying.from()));
        }
    }
}
