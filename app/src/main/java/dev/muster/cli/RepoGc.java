// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.ledger.Deed;
import dev.muster.vault.Vault;
import dev.muster.vault.collect.Collect;
import dev.muster.vault.collect.CollectLimits;
import dev.muster.vault.collect.CollectPlan;
import dev.muster.vault.collect.CollectProgress;
import dev.muster.vault.collect.CollectReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster repo gc}. */
@Command(name = "gc", description = {"Delete what no snapshot, session or history of WAL needs any more.",
        "A run condemns what it finds, and deletes what earlier runs condemned once the grace has passed and every backup "
                + "that ran then is over: run it daily. It may be interrupted at any point, and several may run at once. Needs "
                + "a reap or an owner's key."}, footerHeading = "%nExamples:%n", footer = {
                        "  muster repo gc --plan",
                        "  muster repo gc --apply --key-file /etc/muster/reap.key",
                        "  muster repo gc --apply --remove-most --json"})
final class RepoGc implements Callable<Integer> {

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryOptions where = new RepositoryOptions();

    @Option(names = "--plan", description = "Print what would be done, and do nothing.")
    private boolean plan;

    @Option(names = "--apply", description = "Print the plan, and carry it out.")
    private boolean apply;

    @Option(names = "--grace", paramLabel = "TIME", converter = Demo.Time.class, description = "Between condemning and deleting, "
            + "by the store's clock: 24h unless said, at least 1h, since listings of network file systems may be so old and "
            + "who reads without holding its snapshot needs time to end.")
    private Duration grace = CollectLimits.usual().grace();

    @Option(names = "--limit", paramLabel = "N", description = "Objects that one run condemns, and deletes, at most: 100000 unless said.")
    private int limit = CollectLimits.usual().deletionsMax();

    @Option(names = "--remove-most", description = "Go on although more than half of the snapshots were removed.")
    private boolean removeMost;

    RepoGc(OpenVault vaults) {
        this.vaults = vaults;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (plan == apply) {
            throw new CommandFault.Unclear("It has to be said whether anything is to be deleted", "--plan, --apply",
                    "Give one of them: --plan prints what would be done, --apply does it.");
        }
        String url = where.place(vaults.invocation()).address().url();
        CollectLimits limits = limits();
        try (ProgressLine progress = vaults.invocation().progress()) {
            return vaults.open(where, (vault, _) -> apply
                    ? apply(url, vault, limits, progress)
                    : plan(url, vault, limits, progress));
        }
    }

    private CollectLimits limits() {
        CollectLimits usual = CollectLimits.usual();
        if (grace.compareTo(CollectLimits.GRACE_MIN) < 0 || limit < 1) {
            throw new CommandFault.Unclear("The grace is at least 1h, and the limit at least 1", "--grace, --limit",
                    "Leave them out for 24h and 100000.");
        }
        return new CollectLimits(grace, usual.givenUpAfter(), limit, removeMost);
    }

    private int plan(String url, Vault vault, CollectLimits limits, ProgressLine progress)
            throws InterruptedException {
        CollectPlan plan = collect(vault, limits, progress).plan();
        progress.close();
        if (json.asked()) {
            Json.print(out(), GcText.document(url, plan));
        } else {
            new GcText(out()).plan(plan, false);
        }
        return 0;
    }

    private int apply(String url, Vault vault, CollectLimits limits, ProgressLine progress)
            throws InterruptedException {
        long began = vaults.invocation().time().nanoTime().getAsLong();
        CollectReport report = vaults.journals().of(vault).announce(Deed.of("gc.run", url),
                () -> collect(vault, limits, progress).apply(plan -> {
                    progress.close();
                    if (!json.asked()) {
                        new GcText(out()).plan(plan, true);
                    }
                }), RepoGc::facts);
        progress.close();
        double seconds = (vaults.invocation().time().nanoTime().getAsLong() - began) / 1e9;
        if (json.asked()) {
            Json.print(out(), GcText.document(url, report, seconds));
        } else {
            new GcText(out()).report(report, seconds);
        }
        return 0;
    }

    private static Map<String, String> facts(CollectReport report) {
        return Map.of("deleted", Long.toString(report.deleted().objects()), "deleted-bytes",
                Long.toString(report.deleted().bytes()), "condemned", Long.toString(report.condemned().objects()),
                "condemned-bytes", Long.toString(report.condemned().bytes()));
    }

    private Collect collect(Vault vault, CollectLimits limits, ProgressLine line) throws InterruptedException {
        line.say("listing");
        CollectProgress progress = (part, done, total) -> {
            switch (part) {
                case FOLLOWING -> line.say("following snapshot " + done + " of " + total);
                case DELETING -> line.bytes("deleting", done, total);
                case INDEXING -> line.say("looking into index object " + done + " of " + total);
            }
        };
        return vault.collect(vaults.invocation().person().name(), limits, progress);
    }

    private PrintWriter out() {
        return vaults.invocation().out();
    }
}
