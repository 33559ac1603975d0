// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.cli.RepositoryOptions.Place;
import dev.muster.disk.OwnerOnly;
import dev.muster.fault.FaultKind;
import dev.muster.ledger.Deed;
import dev.muster.ledger.Journal;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.vault.Vault;
import dev.muster.vault.check.CheckObjects;
import dev.muster.vault.check.CheckProgress;
import dev.muster.vault.check.CheckReport;
import dev.muster.vault.check.CheckRepository;
import dev.muster.vault.check.CheckShare;
import dev.muster.vault.check.CheckShare.Rolled;
import dev.muster.vault.check.Depth;
import dev.muster.vault.check.Finding;
import dev.muster.vault.check.PutInQuarantine;
import dev.muster.vault.check.Share;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.proof.Proof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
                        "  muster repo check --share 5%%",
                        "  muster repo check --since-proven 30d --share 10%%",
                        "  muster repo check --bytes --repository /mnt/copy --json"})
final class RepoCheck implements Callable<Integer> {

    private static final int READERS_AT_ONCE = 4;
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,6})?) ?%?");

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryOptions where = new RepositoryOptions();

    @ArgGroup
    private Less less = new Less();

    @Option(names = "--share", paramLabel = "PERCENT", description = "Read only so much of the packs and WAL, like 5%%: what was read, or else stored, longest ago.")
    private Optional<String> share = Optional.empty();

    @Option(names = "--since-proven", paramLabel = "TIME", converter = Demo.Time.class, description = "Read only what was not proven for so long, like 30d.")
    private Optional<Duration> sinceProven = Optional.empty();

    @Option(names = "--read-only", description = "Put nothing in quarantine, and remember nothing in the repository.")
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
    private record Checked(CheckReport report, int quarantined, Optional<Rolled> rolled) {}

    @Override
    public Integer call() throws InterruptedException, IOException {
        Optional<Share> wanted = wanted();
        Place place = where.place(vaults.invocation());
        long began = vaults.invocation().time().nanoTime().getAsLong();
        Checked checked;
        try (ProgressLine progress = vaults.invocation().progress()) {
            checked = less.bytes ? bytes(place, progress) : whole(place, wanted, progress);
        }
        double seconds = (vaults.invocation().time().nanoTime().getAsLong() - began) / 1e9;
        CheckText text = new CheckText(place.address().url(), checked.report, checked.quarantined, seconds,
                checked.rolled);
        if (json.asked()) {
            Json.print(vaults.invocation().out(), text.document());
        } else {
            text.print(vaults.invocation().out());
        }
        return checked.report.isSound() ? 0 : FaultKind.DAMAGE.exitStatus();
    }

    private Checked bytes(Place place, ProgressLine progress) throws InterruptedException {
        try (Store store = vaults.stores().openReadOnly(place.address().url())) {
            return new Checked(new CheckObjects(store, READERS_AT_ONCE, shownOn(progress)).check(), 0,
                    Optional.empty());
        }
    }

    /** What a rolling check is to read; empty if it is none. */
    private Optional<Share> wanted() {
        if (share.isEmpty() && sinceProven.isEmpty()) {
            return Optional.empty();
        }
        if (less.bytes || less.quick) {
            throw new CommandFault.Unclear("A rolling check opens what it reads", "--share, --since-proven",
                    "Leave out --quick and --bytes.");
        }
        return Optional.of(new Share(share.map(RepoCheck::percent).orElse(1.0), sinceProven));
    }

    private static double percent(String text) {
        Matcher matcher = PERCENT.matcher(text);
        double percent = matcher.matches() ? Double.parseDouble(matcher.group(1)) : 0;
        if (percent <= 0 || percent > 100) {
            throw new CommandFault.Unclear("Not a share", text, "Give a number above 0, up to 100, like 5%.");
        }
        return percent / 100;
    }

    private Checked whole(Place place, Optional<Share> wanted, ProgressLine progress)
            throws InterruptedException, IOException {
        Path scratch = scratch(place);
        try {
            OpenVault.Use<Checked> reading = (vault, _) -> check(vault, scratch, wanted, Optional.empty(), progress);
            OpenVault.Use<Checked> writing = (vault, _) -> entered(vault, place, storeTime(vault),
                    now -> check(vault, scratch, wanted, now, progress));
            return readOnly ? vaults.openReadOnly(where, reading) : vaults.open(where, writing, reading);
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

    /** @param storeTime of a store that can be written to: what was read can be remembered as proven then */
    private Checked check(Vault vault, Path scratch, Optional<Share> wanted, Optional<Instant> storeTime,
            ProgressLine progress) throws InterruptedException {
        try {
            CheckRepository check = vault.check(scratch, shownOn(progress));
            Optional<Rolled> rolled = Optional.empty();
            CheckReport report;
            if (wanted.isPresent() || (!less.quick && storeTime.isPresent() && vault.role().maySay(Kind.PROOF))) {
                Instant now = storeTime.orElseGet(vaults.invocation().time().clock()::instant);
                Rolled done = new CheckShare(check, vault.proofs()).check(wanted.orElse(Share.ALL), now,
                        vault.anchor().read());
                rolled = Optional.of(done);
                report = done.report();
            } else {
                report = check.check(less.quick ? Depth.STRUCTURE : Depth.CONTENT, vault.anchor().read());
            }
            boolean puts =
                    storeTime.isPresent() && vault.role().maySay(Kind.QUARANTINE) && !report.badPlaces().isEmpty();
            return new Checked(report, puts ? quarantine(vault, report) : 0, rolled);
        } catch (IOException e) {
            throw new VaultFault.StateUnusable("the scratch space of a check", scratch.toString(), e);
        }
    }

    /** What was found is told, whether or not it can be put in quarantine. */
    private int quarantine(Vault vault, CheckReport report) throws InterruptedException {
        try {
            return new PutInQuarantine(vault.statements(), vaults.invocation().time().clock()).put(report,
                    vaults.invocation().person().name());
        } catch (StoreException e) {
            vaults.invocation().terminal().err().println("notice: What is bad cannot be put in quarantine, so the next "
                    + "backup may build on it: " + e.getMessage());
            return 0;
        }
    }

    /** A check at a time of the store; empty if that is not known. */
    private interface Timed {
        Checked at(Optional<Instant> storeTime) throws InterruptedException;
    }

    private Checked entered(Vault vault, Place place, Optional<Instant> storeTime, Timed check)
            throws InterruptedException {
        Journal journal = vaults.journals().of(vault);
        Instant begun = vaults.invocation().time().clock().instant();
        return journal.enter(Deed.of("check.run", place.address().url()), () -> {
            Checked checked = check.at(storeTime);
            if (storeTime.isPresent() && checked.rolled.isPresent()) {
                remember(vault, checked.rolled.get(), journal, begun);
            }
            return checked;
        }, RepoCheck::facts);
    }

    /** What was found stands, whether or not it can be remembered. */
    private void remember(Vault vault, Rolled rolled, Journal journal, Instant begun) throws InterruptedException {
        Proof.Origin origin = new Proof.Origin(journal.session(), begun, vaults.invocation().time().clock().instant(),
                vaults.journals().host(), vaults.invocation().person().name());
        try {
            CheckShare.remember(vault.proofs(), rolled, origin);
        } catch (VaultFault | StoreException e) {
            vaults.invocation().terminal().err().println("notice: What was read cannot be remembered as proven, so the "
                    + "next rolling check reads it again: " + e.getMessage());
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

    /** A store that may only be read may have no clock to ask. */
    private static Optional<Instant> storeTime(Vault vault) throws InterruptedException {
        try {
            return Optional.of(vault.statements().now());
        } catch (StoreException.Denied _) {
            return Optional.empty();
        }
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
