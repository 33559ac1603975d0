// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.TimelineId;
import java.util.Locale;

/** Which history a recovery follows where a cluster has had several. */
public sealed interface TimelineChoice {

    /** The history that was written last. */
    record Latest() implements TimelineChoice {
        @Override
        public String toString() {
            return "latest";
        }
    }

    /** The history that the snapshot was taken on. */
    record Current() implements TimelineChoice {
        @Override
        public String toString() {
            return "current";
        }
    }

    /** The history with this number. */
    record Numbered(TimelineId timeline) implements TimelineChoice {
        @Override
        public String toString() {
            return timeline.toString();
        }
    }

    /** Reads {@code latest}, {@code current} or a number. */
    public static TimelineChoice parse(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "latest" -> new Latest();
            case "current" -> new Current();
            default -> numbered(text.strip());
        };
    }

    private static TimelineChoice numbered(String text) {
        try {
            return new Numbered(TimelineId.parse(text));
        } catch (IllegalArgumentException e) {
            throw new RestoreFault.TimelineUnreadable(text);
        }
    }
}
