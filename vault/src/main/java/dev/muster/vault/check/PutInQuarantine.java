// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.vault.index.Quarantine;
import dev.muster.vault.index.Quarantine.Place;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.statement.Statements;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps captures from adopting what a check found bad: the next one uploads those blocks anew, and damage does not
 * spread. What is in quarantine can still be read, and is not deleted for it.
 */
public final class PutInQuarantine {

    private static final int PLACES_AT_ONCE = 65_536;

    private final Statements statements;
    private final InstantSource clock;

    public PutInQuarantine(Statements statements, InstantSource clock) {
        this.statements = statements;
        this.clock = clock;
    }

    /**
     * Puts the bad places of a report in quarantine, durably.
     *
     * @return how many were not there yet
     * @throws dev.muster.vault.object.VaultFault.NotGranted if the role may not
     */
    public int put(CheckReport report, String foundBy) throws InterruptedException {
        Set<Place> known = new HashSet<>();
        statements.survey(Kind.QUARANTINE, statement -> statement.decode(Quarantine::decode)).said()
                .forEach(quarantine -> known.addAll(quarantine.places()));
        List<Place> fresh = report.badPlaces().stream().filter(place -> !known.contains(place)).toList();
        for (int from = 0; from < fresh.size(); from += PLACES_AT_ONCE) {
            List<Place> some = fresh.subList(from, Math.min(fresh.size(), from + PLACES_AT_ONCE));
            byte[] body = new Quarantine(clock.instant(), foundBy, some).encode();
            statements.put(Kind.QUARANTINE, digest -> ObjectKeys.of(Kind.QUARANTINE, digest), body);
        }
        return fresh.size();
    }
}
