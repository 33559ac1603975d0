// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.vault.index.Condemned;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.statement.Outcome;
import dev.muster.vault.statement.Statement;
import dev.muster.vault.statement.Statements;
import dev.muster.vault.statement.Survey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What runs before this one have condemned. Immutable. */
final class KeyLists {

    private static final int ATTEMPTS_MAX = 10;

    private final List<Said> lists;
    private final List<Said> rosters;

    /** A condemned object, and when it was stored. */
    record Said(ObjectKey key, Instant stamped, Condemned what) {

        static Said of(Statement statement) {
            return new Said(statement.key(), statement.stamped(), Condemned.of(statement));
        }

        Digest digest() {
            return key.digest();
        }
    }

    private KeyLists(List<Said> said) {
        this.lists = said.stream().filter(each -> !each.what.isRoster()).toList();
        this.rosters = said.stream()
                .filter(each -> each.what.isRoster())
                .sorted(Comparator.comparing(Said::stamped))
                .toList();
    }

    /**
     * Lists and reads them. What was said for another instance of the repository says nothing here.
     *
     * @throws VaultFault.Uncollectable if one cannot be read
     */
    static KeyLists read(Statements statements, Uid instance) throws InterruptedException {
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            Survey<Said> survey = statements.survey(Kind.CONDEMNED, Said::of);
            LookAround.requireReadable(survey.refused().stream().map(Outcome.Refused::why).toList());
            if (!survey.vanished()) {
                return new KeyLists(
                        survey.said().stream().filter(each -> each.what.instance().equals(instance)).toList());
            }
        }
        throw new VaultFault.Uncollectable("objects vanish while they are read", Kind.CONDEMNED.prefix() + "/");
    }

    List<Said> lists() {
        return lists;
    }

    List<Said> rosters() {
        return rosters;
    }

    /** All keys that are on any list. */
    Set<String> keys() {
        Set<String> keys = new HashSet<>();
        lists.forEach(list -> keys.addAll(list.what.keys()));
        return keys;
    }

    /** Lists of runs that ended before they had put a roster. */
    List<Digest> withoutRoster() {
        return lists.stream().map(Said::digest).filter(list -> rostersOf(list).isEmpty()).toList();
    }

    /** Whether what is on this list may be deleted if it is still dead. */
    boolean isRipe(Said list, Sight sight, Instant now, Duration grace) {
        return rostersOf(list.digest()).stream()
                .anyMatch(roster -> Duration.between(roster.stamped, now).compareTo(grace) >= 0
                        && roster.what.open().stream().allMatch(sight::isOver));
    }

    /** When its grace has passed; empty as long as it has no roster. */
    Optional<Instant> graceUntil(Said list, Duration grace) {
        return rostersOf(list.digest()).stream().map(roster -> roster.stamped.plus(grace)).findFirst();
    }

    /** The sessions that any list waits for. */
    Set<Uid> awaited(Sight sight) {
        Set<Uid> awaited = new HashSet<>();
        rosters.stream()
                .filter(roster -> roster.what.lists().stream().anyMatch(this::isThere))
                .forEach(roster -> awaited.addAll(roster.what.open()));
        awaited.removeIf(sight::isOver);
        return awaited;
    }

    /** The sessions that this list waits for. */
    Set<Uid> awaited(Said list, Sight sight) {
        Set<Uid> awaited = new HashSet<>();
        rostersOf(list.digest()).stream().limit(1).forEach(roster -> awaited.addAll(roster.what.open()));
        awaited.removeIf(sight::isOver);
        return awaited;
    }

    /** Rosters none of whose lists is there once these are gone. */
    List<Said> idleRosters(Set<Digest> gone) {
        List<Said> idle = new ArrayList<>(rosters);
        idle.removeIf(roster -> roster.what.lists().stream().anyMatch(list -> isThere(list) && !gone.contains(list)));
        return idle;
    }

    private boolean isThere(Digest list) {
        return lists.stream().anyMatch(each -> each.digest().equals(list));
    }

    private List<Said> rostersOf(Digest list) {
        return rosters.stream().filter(roster -> roster.what.lists().contains(list)).toList();
    }
}
