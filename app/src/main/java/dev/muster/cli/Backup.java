// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.fault.FaultKind;
import dev.muster.ledger.Deed;
import dev.muster.postgres.base.BackupPlan;
import dev.muster.postgres.base.BackupProgress;
import dev.muster.postgres.base.BackupRecord;
import dev.muster.system.PostgresAccess;
import dev.muster.system.ProtectedSystem;
import dev.muster.vault.Vault;
import dev.muster.vault.check.FindUntold;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster backup}. */
@Command(name = "backup", description = {"Take a backup of a system, and say what it costs.",
        "All files of the cluster are read over the replication protocol and verified; what the repository has already is "
                + "not stored again. The backup counts once its files and the WAL that they need are durable there. One that was "
                + "cut off is simply run again: it uses what was uploaded. Exit status 3 if the server has damaged pages."}, footerHeading = "%nExamples:%n", footer = {
                        "  muster backup clinic",
                        "  muster backup clinic --reason 'before release 4.2' --tag ticket=OPS-311",
                        "  muster backup clinic/postgres --plan"})
public final class Backup implements Callable<Integer> {

    private static final String REASON = "reason";
    private static final String SCRATCH = "scratch";

    private final OpenVault vaults;
    private final PostgresAccess postgres;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final SystemOptions systems = new SystemOptions();

    @Parameters(paramLabel = "SYSTEM[/COMPONENT]", description = "What to back up, as the configuration names it.")
    private String target = "";

    @Option(names = "--tag", paramLabel = "KEY[=VALUE]", mapFallbackValue = "", description = "What to remember of it. Can be repeated.")
    private Map<String, String> tags = new LinkedHashMap<>();

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why it is taken: the tag 'reason'.")
    private Optional<String> reason = Optional.empty();

    @Option(names = "--kind", paramLabel = "KIND", description = "physical: all files of the cluster. Default, and all that this release has.")
    private Kind kind = Kind.PHYSICAL;

    @Option(names = "--plan", description = "Say what would be done, and do nothing.")
    private boolean planOnly;

    /** Kinds of backups. */
    enum Kind {
        PHYSICAL, LOGICAL
    }

    public Backup(OpenVault vaults, PostgresAccess postgres) {
        this.vaults = vaults;
        this.postgres = postgres;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (kind == Kind.LOGICAL) {
            throw new CommandFault.NotThereYet("Logical backups", "--kind logical",
                    "Leave it out: a physical backup holds everything, and any table of it can be had from a restore.");
        }
        var configuration = systems.configuration(vaults.invocation());
        var system = configuration.system(target.split("/", 2)[0]);
        requireComponent(system);
        var request = postgres.request(system, tags());
        var scratch = configuration.stateDirectory().resolve(SCRATCH).resolve(system.name());
        var place = systems.place(configuration, system, vaults.invocation());
        if (planOnly) {
            return vaults.openReadOnly(place, (vault, _) -> plan(postgres.baseBackup(system, vault, scratch)
                    .plan(request, postgres.settings(system))));
        }
        return vaults.open(place, (vault, _) -> take(system, vault, scratch));
    }

    private void requireComponent(ProtectedSystem system) {
        if (target.contains("/") && !target.endsWith("/" + ProtectedSystem.POSTGRES)) {
            throw new CommandFault.Unclear("The system has no component of this name", target,
                    "It has: " + system.name() + "/" + ProtectedSystem.POSTGRES + ".");
        }
    }

    private Map<String, String> tags() {
        var all = new LinkedHashMap<>(tags);
        if (reason.isPresent() && all.put(REASON, reason.get()) != null) {
            throw new CommandFault.Unclear("Two reasons are given", "--reason, --tag reason=", "Give one of them.");
        }
        return all;
    }

    private int plan(BackupPlan plan) {
        if (json.asked()) {
            Json.print(vaults.invocation().out(), plan.document());
        } else {
            vaults.invocation().out().print(plan.text());
            vaults.invocation().out().flush();
        }
        return 0;
    }

    private int take(ProtectedSystem system, Vault vault, Path scratch) throws InterruptedException {
        var taking = postgres.baseBackup(system, vault, scratch);
        BackupPlan plan;
        BackupRecord record;
        try (var progress = vaults.invocation().progress()) {
            progress.say("looking at the server");
            plan = taking.plan(postgres.request(system, tags()), postgres.settings(system));
            record = vaults.journals().of(vault).attempt(new Deed("backup.take", system.name(), target),
                    () -> taking.take(plan, told -> show(progress, told)), this::facts);
        }
        var text = new BackupText(plan, record);
        if (json.asked()) {
            Json.print(vaults.invocation().out(), text.document());
        } else {
            text.print(vaults.invocation().out());
        }
        return record.foundDamage() ? FaultKind.DAMAGE.exitStatus() : 0;
    }

    private Map<String, String> facts(BackupRecord record) {
        var facts = new LinkedHashMap<>(Map.ofEntries(Map.entry(FindUntold.SNAPSHOT, record.snapshot()),
                Map.entry("files", Long.toString(record.volume().files())),
                Map.entry("logical-bytes", Long.toString(record.volume().logicalBytes())),
                Map.entry("stored-bytes", Long.toString(record.volume().storedBytes())),
                Map.entry("server-version", Integer.toString(record.facts().serverVersion())),
                Map.entry("timeline", record.facts().timeline().toString()),
                Map.entry("start", record.facts().start().toString()),
                Map.entry("stop", record.facts().stop().toString()),
                Map.entry("bad-pages", Long.toString(record.facts().data().badPages())),
                Map.entry("not-captured", Integer.toString(record.notCaptured().size())),
                Map.entry("took-ms", Long.toString(record.took().toMillis()))));
        reason.ifPresent(why -> facts.put(REASON, why));
        return facts;
    }

    private static void show(ProgressLine line, BackupProgress told) {
        switch (told.phase()) {
            case CHECKPOINT -> line.say("waiting for the server's checkpoint");
            case FILES -> line.bytes("files", told.doneBytes(), told.totalBytes().orElse(0));
            case DOCUMENTS -> line.say("describing the cluster");
            case LOG -> line.bytes("WAL into the repository", told.doneBytes(), told.totalBytes().orElse(0));
            case COMMIT -> line.say("committing the snapshot");
        }
    }
}
