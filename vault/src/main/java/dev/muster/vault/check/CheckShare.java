// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.vault.index.Quarantine;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.proof.Examined;
import dev.muster.vault.proof.Level;
import dev.muster.vault.proof.Proof;
import dev.muster.vault.proof.Proofs;
import dev.muster.vault.proof.Proven;
import dev.muster.vault.proof.Stretch;
import dev.muster.vault.roll.Anchor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks a share of a repository in full, by turns, and says what proofs remember of it. */
public final class CheckShare {

    /** For how long a proof counts. */
    public static final Duration PROOF_COUNTS = Duration.ofDays(366);

    /**
     * A store may stamp an object when its put begins, and list it when that ends: what is stamped in this time before a listing
     * may be missing from it, so that no proof covers it.
     */
    public static final Duration PUT_TAKES_AT_MOST = Duration.ofMinutes(5);

    private static final int FAILURES_MAX = 256;
    private static final int FAILURE_CHARACTERS_MAX = 500;

    private final CheckRepository check;
    private final Proofs proofs;

    public CheckShare(CheckRepository check, Proofs proofs) {
        this.check = check;
        this.proofs = proofs;
    }

    /**
     * What a rolling check found.
     *
     * @param report of the check; of packs and WAL it is about what was read
     * @param read packs and ranges of WAL that were read whole
     * @param there all that there are
     * @param proven those of them that are proven, this check included
     * @param oldest since when all that is proven is proven, by the store's clock; empty if nothing is
     * @param examined what a proof says of what was sound
     * @param unsound what a proof that did not hold says of the rest of what was read
     */
    public record Rolled(CheckReport report, Examined.Amount read, Examined.Amount there, Examined.Amount proven,
            Optional<Instant> oldest, Examined examined, Examined unsound) {}

    /**
     * Checks a share.
     *
     * @param now by the store's clock, read before this
     * @param anchor what this host remembers of the repository
     * @throws VaultFault.NotGranted if the role cannot open what it reads: it would prove nothing
     */
    public Rolled check(Share share, Instant now, Optional<Anchor> anchor) throws IOException, InterruptedException {
        if (!check.subject().ring().role().opens()) {
            throw new VaultFault.NotGranted("open what it reads, so that nothing would be proven",
                    check.subject().ring().role().toString());
        }
        Proven before = new Proven(proofs.read().said(), now);
        Bulk bulk = Bulk.of(CheckObjects.list(check.subject().store()), before, quarantined(), now);
        Set<Digest> chosen = bulk.choose(share);
        CheckRepository reader =
                chosen.size() == bulk.objects().size() ? check : check.reading(chosen::contains);
        CheckReport report = reader.check(Depth.CONTENT, anchor);
        Set<Digest> sound = sound(bulk, chosen, report);
        Examined.Amount read = bulk.amount(one -> chosen.contains(one.digest()));
        Instant covered = now.minus(PUT_TAKES_AT_MOST);
        List<Instant> since = new ArrayList<>();
        Examined.Amount proven = bulk.amount(one -> {
            Optional<Instant> at = sound.contains(one.digest()) && one.stamped().isBefore(covered)
                    ? Optional.of(covered)
                    : one.proven().filter(_ -> !chosen.contains(one.digest()));
            at.ifPresent(since::add);
            return at.isPresent();
        });
        Examined held = new Examined(read, bulk.amount(), covered, stretches(bulk, sound));
        chosen.removeAll(sound);
        Examined unsound = new Examined(read, bulk.amount(), covered, stretches(bulk, chosen));
        return new Rolled(report, read, bulk.amount(), proven, since.stream().min(Instant::compareTo), held, unsound);
    }

    private static List<Stretch> stretches(Bulk bulk, Set<Digest> objects) {
        return objects.isEmpty() ? List.of() : bulk.stretches(objects);
    }

    /**
     * Remembers it: what was sound is proven, and what was found is recorded as not proven.
     *
     * @param origin who checked, and when
     * @throws VaultFault.NotGranted if the role may not say it
     */
    public static void remember(Proofs proofs, Rolled rolled, Proof.Origin origin) throws InterruptedException {
        Instant expires = rolled.examined.listed().plus(PROOF_COUNTS);
        if (!rolled.examined.stretches().isEmpty()) {
            put(proofs, new Proof.Result(Level.BYTES, true, List.of(), List.of(), expires), rolled.examined, origin);
        }
        if (!rolled.report.isSound() || !rolled.unsound.stretches().isEmpty()) {
            put(proofs, new Proof.Result(Level.STRUCTURE, false, List.of(), failures(rolled.report), expires),
                    rolled.unsound, origin);
        }
    }

    private Set<Digest> quarantined() throws InterruptedException {
        Set<Digest> packs = new HashSet<>();
        check.subject().statements().survey(Kind.QUARANTINE, statement -> statement.decode(Quarantine::decode)).said()
                .forEach(quarantine -> quarantine.places().forEach(place -> packs.add(place.pack())));
        return packs;
    }

    private static void put(Proofs proofs, Proof.Result result, Examined examined, Proof.Origin origin)
            throws InterruptedException {
        proofs.put(new Proof(proofs.instance(), origin, Proof.Subject.EVERYTHING, result, examined,
                Proof.Recovery.NONE));
    }

    private static List<String> failures(CheckReport report) {
        return report.findings().stream()
                .filter(finding -> finding.severity() == Finding.Severity.DAMAGE)
                .limit(FAILURES_MAX)
                .map(finding -> finding.key() + ": " + finding.what())
                .map(text -> text.substring(0, Math.min(text.length(), FAILURE_CHARACTERS_MAX)))
                .toList();
    }

    /** Those that were read and of which no damage was found; of a history of WAL with damage none. */
    private static Set<Digest> sound(Bulk bulk, Set<Digest> chosen, CheckReport report) {
        List<String> damaged = report.findings().stream()
                .filter(finding -> finding.severity() == Finding.Severity.DAMAGE)
                .map(Finding::key)
                .toList();
        Set<Digest> sound = new HashSet<>(chosen);
        report.badPlaces().forEach(place -> sound.remove(place.pack()));
        for (Bulk.One one : bulk.objects()) {
            String whose =
                    one.key() instanceof ObjectKey.Wal wal ? "wal/" + wal.incarnation().hex() : one.key().value();
            if (!damaged.isEmpty() && damaged.stream().anyMatch(key -> key.startsWith(whose))) {
                sound.remove(one.digest());
            }
        }
        return sound;
    }
}
