// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.TimelineId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** The settings that make a server recover to where a plan says, beside restore_command. */
final class RecoverySettings {

    /** Of these only one may be set: the source's own would be in the way. */
    private static final List<String> TARGETS = List.of("recovery_target", "recovery_target_time",
            "recovery_target_lsn", "recovery_target_xid", "recovery_target_name");

    private RecoverySettings() {}

    static SequencedMap<String, String> of(Stop stop, TimelineId timeline, EndAction action) {
        var settings = new LinkedHashMap<String, String>();
        var target = target(stop);
        // The one that is set comes last: a server that has one refuses even to clear another.
        TARGETS.stream().filter(name -> !target.containsKey(name)).forEach(name -> settings.put(name, ""));
        settings.putAll(target);
        settings.putLast("recovery_target_inclusive", target.getOrDefault("recovery_target_inclusive", "on"));
        settings.put("recovery_target_timeline", timeline.toString());
        settings.put("recovery_target_action", action.setting());
        return settings;
    }

    private static Map<String, String> target(Stop stop) {
        return switch (stop) {
            case Stop.EndOfWal _ -> Map.of();
            case Stop.Consistent _ -> Map.of("recovery_target", "immediate");
            case Stop.AtTarget at -> switch (at.target()) {
                case RecoveryTarget.Time time -> Map.of("recovery_target_time", withOffset(time),
                        "recovery_target_inclusive", onOff(!time.exclusive()));
                case RecoveryTarget.Position position -> Map.of("recovery_target_lsn", position.lsn().toString(),
                        "recovery_target_inclusive", onOff(!position.exclusive()));
                case RecoveryTarget.Transaction transaction -> Map.of("recovery_target_xid",
                        Long.toString(transaction.xid()), "recovery_target_inclusive", onOff(!transaction.exclusive()));
                case RecoveryTarget.Named named -> Map.of("recovery_target_name", named.name());
                case RecoveryTarget.Latest _,RecoveryTarget.Immediate _,RecoveryTarget.Snapshot _ ->
                    throw new IllegalStateException("the server does not look for " + at.target());
            };
        };
    }

    /** A server reads its settings before it knows of Z or any other name of a zone. */
    private static String withOffset(RecoveryTarget.Time time) {
        return time.toString().replace("Z", "+00");
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }
}
