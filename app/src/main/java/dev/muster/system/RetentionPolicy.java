// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What of a system is to be kept. The rules add up: a snapshot expires if none of them keeps it.
 *
 * @param tiers how many periods of each kind, at least 1
 * @param keepWithin every snapshot that is not older, from the newest on; zero: this rule keeps none
 * @param tags how long a tag keeps what bears it: a name, or {@code name=value}
 * @param minimum how many of the newest of each component are kept in any case, at least 1
 * @param window how far back from the newest snapshot every moment can be recovered
 * @param zone whose calendar the periods are of
 */
public record RetentionPolicy(Map<Tier, Integer> tiers, Duration keepWithin, Map<String, Term> tags, int minimum,
        Duration window, ZoneId zone) {

    public RetentionPolicy {
        Map<Tier, Integer> ordered = new EnumMap<>(Tier.class);
        ordered.putAll(tiers);
        tiers = Collections.unmodifiableMap(ordered);
        tags = Collections.unmodifiableMap(new TreeMap<>(tags));
        if (minimum < 1 || keepWithin.isNegative() || window.isNegative()
                || tiers.values().stream().anyMatch(count -> count < 1)) {
            throw new IllegalArgumentException("a policy that keeps less than nothing");
        }
    }

    /** {@code daily 30, monthly 12, within 30d, tag manual 90d, minimum 7, window 7d}. */
    public String words() {
        List<String> words = new ArrayList<>();
        tiers.forEach((tier, count) -> words.add(tier.word() + " " + count));
        if (!keepWithin.isZero()) {
            words.add("within " + Term.words(keepWithin));
        }
        tags.forEach((tag, term) -> words.add("tag " + tag + " " + term));
        words.add("minimum " + minimum);
        words.add("window " + Term.words(window));
        return String.join(", ", words);
    }
}
