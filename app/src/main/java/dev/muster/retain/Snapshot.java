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
 * @param backup of which server it is; empty if it is of none
 */
public record Snapshot(String id, String component, Instant completed, Optional<Instant> stored,
        Map<String, String> tags, Optional<String> trouble, Optional<Backup> backup) {

    /**
     * What the server said that was backed up.
     *
     * @param cluster its identity
     * @param consistent when the backup was consistent, by the server's clock
     */
    public record Backup(long cluster, Instant consistent) {}

    /** Clocks that are further apart are not both right. */
    static final Duration CLOCKS_APART_MAX = Duration.ofDays(1);

    /** What lies further ahead lies in the future. */
    static final Duration AHEAD_MAX = Duration.ofMinutes(5);

    private static final int SHORT_ID_CHARS = 12;

    public Snapshot {
        tags = Map.copyOf(tags);
    }

    /** Of no server. */
    public Snapshot(String id, String component, Instant completed, Optional<Instant> stored,
            Map<String, String> tags, Optional<String> trouble) {
        this(id, component, completed, stored, tags, trouble, Optional.empty());
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
        return stored.filter(this::isApart)
                .map(stamp -> "it says that it was completed at " + completed + ", and it was stored at " + stamp)
                .or(() -> backup.map(Backup::consistent)
                        .filter(this::isApart)
                        .map(said -> "it says that it was completed at " + completed
                                + ", and the clock of its server said " + said));
    }

    private boolean isApart(Instant other) {
        return Duration.between(other, completed).abs().compareTo(CLOCKS_APART_MAX) > 0;
    }

    boolean bears(String tag) {
        int equals = tag.indexOf('=');
        return equals < 0
                ? tags.containsKey(tag)
                : tag.substring(equals + 1).equals(tags.get(tag.substring(0, equals)));
    }
}
