// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The file that stands in a directory from the first moment of a restore to its last. It says which plan is being
 * carried out and how far that has come, so that the same plan can be carried on and no other one is mixed with it.
 *
 * @param plan the plan's id
 * @param snapshot the snapshot's id
 * @param target as it was asked for
 * @param phase how far it has come
 */
public record RestoreMark(String plan, String snapshot, String target, Phase phase) {

    /** Below the data directory. */
    public static final String NAME = "muster-restore";

    private static final String HEADER =
            "An unfinished restore of Muster. The same command carries it on; do not start "
                    + "a server here.";
    private static final int LINES = 5;

    /** How far a restore has come. */
    public enum Phase {
        /** The snapshot's files are being written: pg_control is not there. */
        FILES,
        /** All files are there, pg_control too: no server has been started yet. */
        READY,
        /** A server has been started: the files are no longer those of the snapshot. */
        RECOVERING,
        /** A server recovered less than was promised: the files are of no use, and pg_control is not there. */
        SHORT
    }

    public RestoreMark with(Phase newPhase) {
        return new RestoreMark(plan, snapshot, target, newPhase);
    }

    /** The bytes of the file. */
    public byte[] bytes() {
        return String.join("\n", HEADER, "plan " + plan, "snapshot " + snapshot, "target " + target,
                "phase " + phase.name().toLowerCase(Locale.ROOT), "").getBytes(StandardCharsets.UTF_8);
    }

    /** Reads the file; nothing if it is none. */
    public static Optional<RestoreMark> parse(byte[] bytes) {
        var lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        if (lines.size() != LINES || !lines.getFirst().equals(HEADER)) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (var line : lines.subList(1, LINES)) {
            var words = line.split(" ", 2);
            values.put(words[0], words.length == 2 ? words[1] : "");
        }
        for (var phase : Phase.values()) {
            if (phase.name().toLowerCase(Locale.ROOT).equals(values.get("phase"))) {
                return Optional.of(new RestoreMark(values.getOrDefault("plan", ""),
                        values.getOrDefault("snapshot", ""), values.getOrDefault("target", ""), phase));
            }
        }
        return Optional.empty();
    }
}
