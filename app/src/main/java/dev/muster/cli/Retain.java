// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.fault.Fault;
import dev.muster.fault.FaultKind;
import dev.muster.ledger.Deed;
import dev.muster.ledger.Journal;
import dev.muster.retain.ApplyRetention;
import dev.muster.retain.PlanRetention;
import dev.muster.retain.RetainFault;
import dev.muster.retain.RetentionPlan;
import dev.muster.system.Configuration;
import dev.muster.system.ProtectedSystem;
import dev.muster.system.RetentionPolicy;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster retain}. */
@Command(name = "retain", description = {
        "Say which snapshots and which WAL expire under the policy of a system, and why.",
        "Ages are measured from the newest snapshot: if backups stop, nothing expires. What expires is taken off the roll and "
                + "cannot be restored any more; 'muster repo gc' deletes it. --apply needs a reap or an owner's key. Exits with 4 "
                + "if the policy promises more than there is."}, footerHeading = "%nExamples:%n", footer = {
                        "  muster retain --plan",
                        "  muster retain clinic --plan --json",
                        "  muster retain clinic --apply --as-planned 3f2a90c41b7e --key-file /etc/muster/reap.key",
                        "  muster retain hold 8c1d22 --reason 'case 2026-114'"})
public final class Retain extends CommandGroup {

    private static final int NAMED_MAX = 100;
    private static final int ID_DIGITS = 12;

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final SystemOptions systems = new SystemOptions();

    @Parameters(paramLabel = "SYSTEM", arity = "0..1", description = "Which system, as the configuration names it. Default: all of them, each by itself.")
    private Optional<String> name = Optional.empty();

    @Option(names = "--plan", description = "Print what would expire, and change nothing.")
    private boolean plan;

    @Option(names = "--apply", description = "Print the plan, and carry it out.")
    private boolean apply;

    @Option(names = "--as-planned", paramLabel = "ID", description = "Go on only if the plan is still the one that was printed with this id.")
    private Optional<String> planned = Optional.empty();

    @Option(names = "--remove-most", description = "Go on although more than half of a system's snapshots expire.")
    private boolean removeMost;

    @Option(names = "--after-pause", description = "Go on although there was a pause of more than a month in the backups, or a clock jumped.")
    private boolean afterPause;

    private Retain(OpenVault vaults) {
        super(new RetainHold(vaults), new RetainRelease(vaults));
        this.vaults = vaults;
    }

    /** The command, with those below it. */
    public static Retain of(OpenVault vaults) {
        return new Retain(vaults);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (plan == apply) {
            throw new CommandFault.Unclear("It has to be said whether anything is to expire", "--plan, --apply",
                    "Give one of them: --plan prints what would expire, --apply carries it out.");
        }
        Configuration configuration = systems.configuration(vaults.invocation());
        List<ProtectedSystem> chosen =
                name.map(each -> List.of(configuration.system(each))).orElse(configuration.systems());
        if (planned.isPresent() && (chosen.size() > 1 || plan)) {
            throw new CommandFault.Unclear("A plan's id is of one system, and for --apply", "--as-planned",
                    "Name the system.");
        }
        List<RetainText.Document> documents = new ArrayList<>();
        boolean isMet = true;
        Optional<Fault> first = Optional.empty();
        for (ProtectedSystem system : chosen) {
            try {
                isMet &= retain(configuration, system, documents);
            } catch (Fault e) {
                first = first.or(() -> Optional.of(e));
                failed(system, e, chosen.size(), documents);
            }
        }
        if (json.asked()) {
            Json.print(out(), documents);
        }
        return first.map(Fault::kind)
                .map(FaultKind::exitStatus)
                .orElse(isMet ? 0 : FaultKind.OBJECTIVE.exitStatus());
    }

    /** One system that fails is no reason to leave the others alone; its fault decides the exit status. */
    private void failed(ProtectedSystem system, Fault fault, int systems, List<RetainText.Document> documents) {
        if (systems == 1) {
            throw fault;
        }
        documents.add(RetainText.failed(system.name(), fault));
        new RetainText(vaults.invocation().terminal().err()).failure(system.name(), fault);
    }

    private boolean retain(Configuration configuration, ProtectedSystem system, List<RetainText.Document> documents)
            throws InterruptedException {
        if (system.retention().isEmpty()) {
            documents.add(RetainText.document(system.name()));
            if (!json.asked()) {
                new RetainText(out()).keepsEverything(system.name());
            }
            return true;
        }
        RetentionPolicy policy = system.retention().get();
        RetentionPlan done = vaults.open(systems.place(configuration, system, vaults.invocation()),
                (vault, store) -> {
                    String host = vaults.invocation().person().name();
                    PlanRetention planning =
                            new PlanRetention(vault, store, vault.wal(host));
                    RetentionPlan found = shown(planning.plan(system.name(), policy));
                    if (apply) {
                        apply(new ApplyRetention(vault, store, planning, host), vaults.journals().of(vault), found);
                    }
                    return found;
                });
        documents.add(RetainText.document(done, apply));
        return done.isMet();
    }

    private RetentionPlan shown(RetentionPlan found) {
        if (!json.asked()) {
            new RetainText(out()).plan(found, apply);
        }
        return found;
    }

    private void apply(ApplyRetention applying, Journal journal, RetentionPlan found) throws InterruptedException {
        if (planned.isPresent() && !planned.get().equals(found.id())) {
            throw new RetainFault.Changed(found.system(), planned.get(), found.id());
        }
        if (!found.isEmpty()) {
            journal.announce(new Deed("retain.apply", found.system(), "plan " + found.id()), () -> {
                applying.apply(found, removeMost, afterPause);
                return found;
            }, Retain::facts);
        }
        if (!json.asked()) {
            new RetainText(out()).done(found);
        }
    }

    private static Map<String, String> facts(RetentionPlan done) {
        return Map.of("expired", Integer.toString(done.snapshots().expiring().size()), "snapshots", gone(done), "stay",
                Integer.toString(done.snapshots().kept().size()), "released-bytes",
                Long.toString(done.releasedBytes()), "policy", done.policy().words());
    }

    /** Which snapshots have expired, the first of them; the roll names all. */
    private static String gone(RetentionPlan done) {
        return done.snapshots().expiring().stream().limit(NAMED_MAX).map(each -> each.id().substring(0, ID_DIGITS))
                .collect(Collectors.joining(" "));
    }

    private PrintWriter out() {
        return vaults.invocation().out();
    }
}
