// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A snapshot, as far as retention looks at it.
 *
 * @param id in hex
 * @param component of its system
 * @param completed when it was complete, by the clock of its host, sealed in it
 * @param stored when the store took it, where stores' stamps are their own
 * @param tags what people said of it
 * @param trouble why it could not be restored, if it is known that it could not
 */
public record Snapshot(String id, String component, Instant completed, Optional<Instant> stored,
        Map<String, String> tags, Optional<String> trouble) {

    /** Clocks that are further apart are not both right. */
    static final Duration CLOCKS_APART_MAX = Duration.ofDays(1);

    /** What lies further ahead lies in the future. */
    static final Duration AHEAD_MAX = Duration.ofMinutes(5);

    private static final int SHORT_ID_CHARS = 12;

    public Snapshot {
        tags = Map.copyOf(tags);
    }

    /** As much of the id as people read. */
    public String shortId() {
        return id.substring(0, Math.min(SHORT_ID_CHARS, id.length()));
    }

    /**
     * Why it can stand for nothing: it could not be restored, or its clock is not to be believed. Empty if it can.
     *
     * @param now by the store's clock
     */
    Optional<String> doubt(Instant now) {
        if (trouble.isPresent()) {
            return trouble;
        }
        if (Duration.between(now, completed).compareTo(AHEAD_MAX) > 0) {
            return Optional.of("it says that it was completed at " + completed + ", and it is " + now + " now");
        }
        return stored.filter(stamp -> Duration.between(stamp, completed).abs().compareTo(CLOCKS_APART_MAX) > 0)
                .map(stamp -> "it says that it was completed at " + completed + ", and it was stored at " + stamp);
    }

    boolean bears(String tag) {
        int equals = tag.indexOf('=');
        return equals < 0
                ? tags.containsKey(tag)
                : tag.substring(equals + 1).equals(tags.get(tag.substring(0, equals)));
    }
}
