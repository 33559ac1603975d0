// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.cli.RepositoryOptions.Place;
import dev.muster.disk.OwnerOnly;
import dev.muster.fault.FaultKind;
import dev.muster.ledger.Deed;
import dev.muster.store.Store;
import dev.muster.vault.Vault;
import dev.muster.vault.check.CheckObjects;
import dev.muster.vault.check.CheckProgress;
import dev.muster.vault.check.CheckReport;
import dev.muster.vault.check.Depth;
import dev.muster.vault.check.Finding;
import dev.muster.vault.check.PutInQuarantine;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster repo check}. */
@Command(name = "check", description = {"Look for damage, and say what it touches. Exit status 3 if there is any.",
        "Without an option all that the role of the key allows is read, opened and compared. What is found bad is put in "
                + "quarantine, so that no backup builds on it; nothing is removed."}, footerHeading = "%nExamples:%n", footer = {
                        "  muster repo check",
                        "  muster repo check --quick --read-only",
                        "  muster repo check --bytes --repository /mnt/copy --json"})
final class RepoCheck implements Callable<Integer> {

    private static final int READERS_AT_ONCE = 4;

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryOptions where = new RepositoryOptions();

    @ArgGroup
    private Less less = new Less();

    @Option(names = "--read-only", description = "Put nothing in quarantine.")
    private boolean readOnly;

    RepoCheck(OpenVault vaults) {
        this.vaults = vaults;
    }

    /** Reads less than everything. */
    static final class Less {

        @Option(names = "--quick", description = "Signatures, trees, what must be there, WAL; packs are not read whole.")
        private boolean quick;

        @Option(names = "--bytes", description = "Every byte against the digest in its object's name. Needs no key.")
        private boolean bytes;
    }

    /** A check, and how it went on. */
    private record Checked(CheckReport report, int quarantined) {}

    @Override
    public Integer call() throws InterruptedException, IOException {
        Place place = where.place(vaults.invocation());
        long began = vaults.invocation().time().nanoTime().getAsLong();
        Checked checked;
        try (ProgressLine progress = vaults.invocation().progress()) {
            checked = less.bytes ? bytes(place, progress) : whole(place, progress);
        }
        double seconds = (vaults.invocation().time().nanoTime().getAsLong() - began) / 1e9;
        CheckText text = new CheckText(place.address().url(), checked.report, checked.quarantined, seconds);
        if (json.asked()) {
            Json.print(vaults.invocation().out(), text.document());
        } else {
            text.print(vaults.invocation().out());
        }
        return checked.report.isSound() ? 0 : FaultKind.DAMAGE.exitStatus();
    }

    private Checked bytes(Place place, ProgressLine progress) throws InterruptedException {
        try (Store store = vaults.stores().openReadOnly(place.address().url())) {
            return new Checked(new CheckObjects(store, READERS_AT_ONCE, shownOn(progress)).check(), 0);
        }
    }

    private Checked whole(Place place, ProgressLine progress) throws InterruptedException, IOException {
        Path scratch = scratch(place);
        try {
            OpenVault.Use<Checked> use = (vault, _) -> readOnly
                    ? check(vault, scratch, progress)
                    : vaults.journals().of(vault).enter(Deed.of("check.run", place.address().url()),
                            () -> check(vault, scratch, progress), RepoCheck::facts);
            return readOnly ? vaults.openReadOnly(where, use) : vaults.open(where, use);
        } finally {
            Files.deleteIfExists(scratch);
        }
    }

    /** Who can only read checks all the same: where the state directory cannot be written, temporary files go elsewhere. */
    private Path scratch(Place place) {
        try {
            OwnerOnly.makeDirectories(place.stateDirectory());
            return Files.createTempDirectory(place.stateDirectory(), "check-");
        } catch (IOException e) {
            return temporary(e);
        }
    }

    private Path temporary(IOException why) {
        Path directory = Path.of(vaults.invocation().environment().getOrDefault("TMPDIR", "/tmp"));
        try {
            return Files.createTempDirectory(directory, "muster-check-");
        } catch (IOException e) {
            e.addSuppressed(why);
            throw new VaultFault.StateUnusable("the scratch space of a check", directory.toString(), e);
        }
    }

    private Checked check(Vault vault, Path scratch, ProgressLine progress) throws InterruptedException {
        try {
            CheckReport report =
                    vault.check(scratch, shownOn(progress)).check(less.quick ? Depth.STRUCTURE : Depth.CONTENT,
                            vault.anchor().read());
            boolean puts = !readOnly && vault.role().maySay(Kind.QUARANTINE) && !report.badPlaces().isEmpty();
            int quarantined = puts
                    ? new PutInQuarantine(vault.statements(), vaults.invocation().time().clock()).put(report,
                            vaults.invocation().person().name())
                    : 0;
            return new Checked(report, quarantined);
        } catch (IOException e) {
            throw new VaultFault.StateUnusable("the scratch space of a check", scratch.toString(), e);
        }
    }

    private static Map<String, String> facts(Checked checked) {
        CheckReport.Counts counts = checked.report.counts();
        long damages = checked.report.findings().stream()
                .filter(finding -> finding.severity() == Finding.Severity.DAMAGE).count();
        return Map.of("depth", checked.report.depth().name().toLowerCase(Locale.ROOT), "objects",
                Long.toString(counts.objects()), "bytes", Long.toString(counts.bytes()), "frames",
                Long.toString(counts.frames()), "snapshots", Long.toString(counts.snapshots()), "damages",
                Long.toString(damages), "quarantined", Integer.toString(checked.quarantined));
    }

    private static CheckProgress shownOn(ProgressLine line) {
        line.say("listing");
        return (part, done, total) -> line.bytes(switch (part) {
            case BYTES -> "comparing bytes";
            case PACKS -> "looking into packs";
            case WAL -> "looking into WAL";
        }, done, total);
    }
}
