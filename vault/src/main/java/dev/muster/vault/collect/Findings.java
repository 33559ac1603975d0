// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.Uid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a run found, and what follows from it. Immutable. */
final class Findings {

    private final KeyLists lists;
    private final Inventory inventory;
    private final Sight sight;
    private final FindDead.Found found;
    private final CollectLimits limits;
    private final Instant now;
    private final List<Dead> sweeps;
    private final List<Dead> condemns;
    private final boolean capped;
    private final int fresh;

    /** @param now by the store's clock */
    Findings(KeyLists lists, Inventory inventory, Sight sight, FindDead.Found found, CollectLimits limits,
            Instant now) {
        this.lists = lists;
        this.inventory = inventory;
        this.sight = sight;
        this.found = found;
        this.limits = limits;
        this.now = now;
        Set<String> ripe = new HashSet<>();
        Set<String> listed = new HashSet<>();
        for (KeyLists.Said list : lists.lists()) {
            listed.addAll(list.what().keys());
            if (lists.isRipe(list, sight, now, limits.grace())) {
                ripe.addAll(list.what().keys());
            }
        }
        List<Dead> allSweeps = sweepable(ripe);
        List<Dead> allCondemns = found.dead().stream().filter(dead -> !listed.contains(dead.key().value())).toList();
        this.fresh = (int) allCondemns.stream().filter(dead -> dead.key().kind() == Kind.SNAPSHOT).count();
        this.capped = allSweeps.size() > limits.deletionsMax() || allCondemns.size() > limits.deletionsMax();
        this.sweeps = allSweeps.subList(0, Math.min(allSweeps.size(), limits.deletionsMax()));
        this.condemns = allCondemns.subList(0, Math.min(allCondemns.size(), limits.deletionsMax()));
    }

    /** What is on ripe lists and dead, in the order in which it is deleted. */
    List<Dead> sweeps() {
        return sweeps;
    }

    /** What is dead and on no list. */
    List<Dead> condemns() {
        return condemns;
    }

    Sight sight() {
        return sight;
    }

    Inventory inventory() {
        return inventory;
    }

    /** @param givesUp sessions that are given up, and why */
    CollectPlan plan(Map<Uid, String> givesUp, int smallIndexObjects) {
        Map<String, Dead> dead = new HashMap<>();
        found.dead().forEach(each -> dead.put(each.key().value(), each));
        var view = sight.view();
        return new CollectPlan(now, limits.grace(), held(), rows(sweeps), rows(condemns), waits(dead), found.young(),
                sight.sessions().stream().filter(this::isOfInterest).toList(),
                givesUp.entrySet()
                        .stream()
                        .map(each -> new CollectPlan.GivenUp(each.getKey().hex(), each.getValue()))
                        .toList(),
                new CollectPlan.Snapshots(view.counting().size(), view.undecided().size(), view.dead().size(), fresh),
                smallIndexObjects, capped, found.notices());
    }

    private boolean isOfInterest(Session session) {
        return session.fate() == Session.Fate.OPEN || session.fate() == Session.Fate.UNDECIDED;
    }

    /** A snapshot goes after all candidates of its session: one that were left would make the session look open. */
    private List<Dead> sweepable(Set<String> ripe) {
        List<Dead> sweepable = new ArrayList<>();
        Set<Uid> showing = new HashSet<>();
        for (Dead dead : found.dead()) {
            boolean isRipe = ripe.contains(dead.key().value());
            if (dead.key() instanceof ObjectKey.OfSession of) {
                if (of.kind() == Kind.CANDIDATE && !isRipe) {
                    showing.add(of.session());
                }
                isRipe &= of.kind() == Kind.CANDIDATE || !showing.contains(of.session());
            }
            if (isRipe) {
                sweepable.add(dead);
            }
        }
        return sweepable;
    }

    private List<CollectPlan.Held> held() {
        Map<Kind, Amount> dead = new EnumMap<>(Kind.class);
        found.dead().forEach(each -> dead.merge(each.key().kind(), new Amount(1, each.bytes()), Amount::and));
        return inventory.held()
                .entrySet()
                .stream()
                .map(each -> new CollectPlan.Held(each.getKey(), each.getValue(),
                        dead.getOrDefault(each.getKey(), Amount.NOTHING)))
                .toList();
    }

    private static List<CollectPlan.Row> rows(List<Dead> dead) {
        record Group(Kind kind, Why why) {}
        Map<Group, Amount> groups = new LinkedHashMap<>();
        dead.forEach(each -> groups.merge(new Group(each.key().kind(), each.why()), new Amount(1, each.bytes()),
                Amount::and));
        return groups.entrySet()
                .stream()
                .map(each -> new CollectPlan.Row(each.getKey().kind, each.getKey().why, each.getValue()))
                .toList();
    }

    private List<CollectPlan.Wait> waits(Map<String, Dead> dead) {
        List<CollectPlan.Wait> waits = new ArrayList<>();
        for (KeyLists.Said list : lists.lists()) {
            if (lists.isRipe(list, sight, now, limits.grace())) {
                continue;
            }
            Amount amount = Amount.NOTHING;
            for (String key : list.what().keys()) {
                Dead each = dead.get(key);
                amount = each == null ? amount : amount.and(each.bytes());
            }
            Set<Uid> awaited = lists.awaited(list, sight);
            Optional<Instant> until = lists.graceUntil(list, limits.grace());
            waits.add(new CollectPlan.Wait(amount, until,
                    sight.sessions().stream().filter(session -> awaited.contains(session.session())).toList()));
        }
        return waits;
    }
}
