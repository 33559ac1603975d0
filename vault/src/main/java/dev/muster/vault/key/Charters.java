// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.key.Charter.Charted;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All charters that one root signed; at least one. */
final class Charters {

    private final List<Charted> newestFirst;
    private final Map<Digest, Charted> byDigest;

    private Charters(List<Charted> charters) {
        newestFirst = charters.stream()
                .sorted(Comparator.comparingLong((Charted each) -> each.charter().sequence())
                        .reversed()
                        .thenComparing(Charted::digest))
                .toList();
        byDigest = charters.stream().collect(Collectors.toMap(Charted::digest, Function.identity()));
    }

    /** Those of a root; empty if there is none. */
    static Optional<Charters> of(RootObjects objects) throws InterruptedException {
        List<Charted> found = objects.charters();
        return found.isEmpty() ? Optional.empty() : Optional.of(new Charters(found));
    }

    /** The charter that holds: the highest sequence, of two of one sequence the smaller digest. */
    Charted holding() {
        return newestFirst.getFirst();
    }

    /** All charters of the highest sequence; more than one if owners got into each other's way. */
    List<Charted> contenders() {
        return newestFirst.stream().filter(each -> each.charter().sequence() == holding().charter().sequence())
                .toList();
    }

    boolean sameAs(Charters other) {
        return byDigest.keySet().equals(other.byDigest.keySet());
    }

    boolean forked() {
        return contenders().size() > 1;
    }

    /** Whether this is the only charter of its sequence, or the one that a later charter builds on. */
    boolean stands(Digest mine, long sequence) {
        return newestFirst.stream()
                .noneMatch(each -> each.charter().sequence() == sequence && !each.digest().equals(mine))
                || newestFirst.stream().anyMatch(each -> each.charter().previous().equals(mine));
    }

    /** Reports charters that the holding one is built on and that are not there. */
    void reportGaps(KeyObjects objects) {
        Charted at = holding();
        while (at.charter().sequence() > 1) {
            Digest previous = at.charter().previous();
            Charted before = byDigest.get(previous);
            if (before == null || before.charter().sequence() != at.charter().sequence() - 1) {
                objects.report(KeyObjects.name(Kind.CHARTER, previous),
                        "a later charter is built on it: it is missing");
                return;
            }
            at = before;
        }
    }

    /** Slots of all contenders: those of the holding one first; retired where one of them says so. */
    List<Charter.Member> united() {
        List<Charter.Member> united = new ArrayList<>(holding().charter().slots());
        for (Charted other : contenders().subList(1, contenders().size())) {
            other.charter().slots().forEach(member -> unite(united, member));
        }
        return united;
    }

    private static void unite(List<Charter.Member> united, Charter.Member member) {
        for (int at = 0; at < united.size(); at++) {
            if (united.get(at).slot().equals(member.slot())) {
                united.set(at, united.get(at).active() ? member : united.get(at));
                return;
            }
        }
        united.add(member);
    }

    /** Epochs of the holding charter, or those of a contender that has the same and more. */
    List<Digest> longestEpochs() {
        List<Digest> longest = holding().charter().epochs();
        for (Charted other : contenders()) {
            List<Digest> epochs = other.charter().epochs();
            if (epochs.size() > longest.size() && epochs.subList(0, longest.size()).equals(longest)) {
                longest = epochs;
            }
        }
        return longest;
    }

    /** Fails if the host saw a later charter; reports one that it saw and that is gone. */
    void requireNotOlder(CharterMark seen, KeyObjects objects) {
        if (holding().charter().sequence() < seen.sequence()) {
            throw new VaultFault.RolledBack(
                    "its charter is number " + holding().charter().sequence() + ", and number " + seen.sequence()
                            + " was seen here",
                    objects.place());
        }
        if (!byDigest.containsKey(seen.digest())) {
            objects.report(KeyObjects.name(Kind.CHARTER, seen.digest()), "it was seen by this host and is gone");
        }
    }

    /** Whether the charter that holds lists this slot as active. */
    boolean lists(Slot slot) {
        return holding().charter().member(slot.digest()).filter(Charter.Member::active).isPresent();
    }
}
