// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The way to a timeline: those before it, oldest first. Source of the format: PostgreSQL's readTimeLineHistory and
 * writeTimeLineHistory.
 *
 * @param timeline the timeline that the file belongs to
 * @param ancestors the timelines before it; none for timeline 1
 */
public record HistoryFile(TimelineId timeline, List<Ancestor> ancestors) {

    private static final Pattern LINE = Pattern.compile("\\s*([0-9]+)\\s+([0-9A-Fa-f]+/[0-9A-Fa-f]+)(\\s.*)?");

    /**
     * A timeline that ended.
     *
     * @param timeline its number
     * @param end the switch point: LSN of the first byte that is the next timeline's
     */
    public record Ancestor(TimelineId timeline, Lsn end) {}

    public HistoryFile {
        ancestors = List.copyOf(ancestors);
    }

    /** A timeline that nothing came before. */
    public static HistoryFile none(TimelineId timeline) {
        return new HistoryFile(timeline, List.of());
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if it is none, or not one that this timeline can have
     */
    public static HistoryFile parse(TimelineId timeline, byte[] content) {
        var ancestors = new ArrayList<Ancestor>();
        for (var line : new String(content, StandardCharsets.UTF_8).lines().toList()) {
            if (line.isBlank() || line.stripLeading().startsWith("#")) {
                continue;
            }
            var matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("not a line of a history file: '" + line + "'");
            }
            ancestors.add(new Ancestor(TimelineId.parse(matcher.group(1)), Lsn.parse(matcher.group(2))));
        }
        for (var at = 0; at < ancestors.size(); at++) {
            var next = at + 1 < ancestors.size() ? ancestors.get(at + 1).timeline : timeline;
            if (ancestors.get(at).timeline.compareTo(next) >= 0) {
                throw new IllegalArgumentException("the timelines before " + timeline + " do not ascend");
            }
        }
        return new HistoryFile(timeline, ancestors);
    }

    /** All timelines, oldest first, this one last. */
    public List<TimelineId> timelines() {
        var all = new ArrayList<TimelineId>();
        ancestors.forEach(each -> all.add(each.timeline));
        all.add(timeline);
        return all;
    }

    /** Where this timeline ended on the way; empty for the last one, and for those that are not on the way. */
    public Optional<Lsn> endOf(TimelineId ancestor) {
        return ancestors.stream().filter(each -> each.timeline.equals(ancestor)).map(Ancestor::end).findFirst();
    }

    /** What the history of an ancestor must say if it is the same ancestor. */
    public HistoryFile until(TimelineId ancestor) {
        var at = timelines().indexOf(ancestor);
        if (at < 0) {
            throw new IllegalArgumentException("timeline " + ancestor + " is not on the way to " + timeline);
        }
        return new HistoryFile(ancestor, ancestors.subList(0, at));
    }

    /** Whether this timeline is on the way, or is its end. */
    public boolean passes(TimelineId other) {
        return timelines().contains(other);
    }
}
