// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.vault.check.Finding.Severity;
import dev.muster.vault.index.Quarantine.Place;
import dev.muster.vault.object.Digest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects what several threads find, and which packs are bad. Thread-safe. */
final class Findings {

    private final Map<String, Finding> found = new LinkedHashMap<>();
    private final Map<String, Set<String>> touches = new LinkedHashMap<>();
    private final Set<Digest> badPacks = new LinkedHashSet<>();
    private final Set<Place> badFrames = new LinkedHashSet<>();

    synchronized void damage(String key, String what) {
        Finding known = found.get(key);
        if (known == null || known.severity() == Severity.NOTICE) {
            found.put(key, Finding.damage(key, what));
        }
    }

    synchronized void notice(String key, String what) {
        found.putIfAbsent(key, Finding.notice(key, what));
    }

    /** A pack with this digest is damaged, or must be there and is not. */
    synchronized void badPack(Digest pack, String key, String what) {
        badPacks.add(pack);
        damage(key, what);
    }

    /** A frame of a pack is damaged. */
    synchronized void badFrame(Digest pack, int offset, String key, String what) {
        badFrames.add(new Place(pack, offset));
        damage(key, what);
    }

    synchronized boolean isBad(Digest pack) {
        return badPacks.contains(pack);
    }

    /** Says what cannot be had because of the object with this key. */
    synchronized void touches(String key, String what) {
        touches.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(what);
    }

    /** What no capture may adopt from. */
    synchronized List<Place> badPlaces() {
        List<Place> places = new ArrayList<>(badFrames);
        badPacks.forEach(pack -> places.add(new Place(pack, 0)));
        return places;
    }

    synchronized List<Finding> list() {
        List<Finding> list = new ArrayList<>();
        for (Finding finding : found.values()) {
            List<String> all = List.copyOf(touches.getOrDefault(finding.key(), Set.of()));
            List<String> named = new ArrayList<>(all.subList(0, Math.min(all.size(), Finding.TOUCHES_MAX)));
            if (all.size() > named.size()) {
                named.add((all.size() - named.size()) + " more");
            }
            list.add(new Finding(finding.severity(), finding.key(), finding.what(), named));
        }
        return list;
    }
}
