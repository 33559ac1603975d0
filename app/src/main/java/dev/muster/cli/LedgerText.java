// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.vault.ledger.Flaw;
import dev.muster.vault.ledger.Heads;
import dev.muster.vault.ledger.StoredBatch;
import dev.muster.vault.ledger.VerifyLedger.Verified;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.ObjectKey;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A verified ledger for people and for machines.
 *
 * @param url of the repository
 * @param verified what was read and found
 */
record LedgerText(String url, Verified verified) {

    /** The document of {@code --json}. */
    record Document(String url, boolean whole, Counts counts, Optional<Instant> first, Optional<Instant> last,
            List<String> heads, List<Row> findings) {

        record Counts(long sessions, long batches, long entries, long checkpoints) {}

        record Row(String kind, boolean damage, String subject, String what) {}
    }

    Document document() {
        return new Document(url, verified.isWhole(), counts(), edge(Comparator.naturalOrder()),
                edge(Comparator.<Instant>naturalOrder().reversed()), heads().stream().map(Digest::hex).toList(),
                verified.flaws().stream()
                        .map(flaw -> new Document.Row(word(flaw), flaw.isDamage(), flaw.subject(), flaw.what()))
                        .toList());
    }

    void print(PrintWriter out) {
        for (Flaw flaw : verified.flaws()) {
            out.println(
                    (flaw.isDamage() ? "DAMAGE  " : "NOTICE  ") + word(flaw) + "  " + Figures.plain(flaw.subject()));
            out.println("    " + Figures.plain(flaw.what()));
        }
        if (!verified.flaws().isEmpty()) {
            out.println();
        }
        Document.Counts counts = counts();
        out.println("Read " + Figures.count(counts.entries()) + " entries of " + Figures.count(counts.sessions())
                + " sessions, and " + Figures.count(counts.checkpoints()) + " checkpoints.");
        out.println(verdict());
        long untold = verified.flaws().stream().filter(flaw -> flaw.kind() == Flaw.Kind.UNTOLD).count();
        if (untold > 0) {
            out.println(Figures.count(untold) + (untold == 1 ? " thing is" : " things are")
                    + " there of which it does not tell who made them.");
        }
        if (verified.isWhole() && heads().size() == 1) {
            out.println("Write this down, elsewhere: muster ledger verify --head " + heads().getFirst().hex());
        } else if (verified.isWhole() && !heads().isEmpty()) {
            out.println("It has " + heads().size() + " ends: 'muster ledger checkpoint' makes one that can be written "
                    + "down.");
        }
        out.flush();
    }

    private String verdict() {
        long damages = verified.flaws().stream().filter(Flaw::isDamage).count();
        if (damages > 0) {
            return "NOT WHOLE: " + Figures.count(damages) + (damages == 1 ? " sign" : " signs")
                    + " that it is not what was written.";
        }
        return verified.view().batches().isEmpty()
                ? "EMPTY: nothing was ever entered, as far as this host knows."
                : "Whole: all that anything here or this host has seen is there.";
    }

    private Document.Counts counts() {
        List<StoredBatch> batches = verified.view().batches();
        return new Document.Counts(verified.view().sessions().size(), batches.size(),
                batches.stream().mapToLong(each -> each.batch().entries().size()).sum(),
                verified.view().checkpoints().size());
    }

    private Optional<Instant> edge(Comparator<Instant> first) {
        return verified.view().batches().stream().map(StoredBatch::stamped).min(first);
    }

    private List<Digest> heads() {
        Heads heads = verified.view().heads();
        List<Digest> all = new ArrayList<>(heads.batches().stream().map(ObjectKey.Ledger::digest).toList());
        all.addAll(heads.checkpoints());
        return all;
    }

    private static String word(Flaw flaw) {
        return flaw.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
