// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which settings of a cluster would do harm in a restored one, and what they are set to instead. */
final class NeutralSettings {

    private static final int SYNC_SLOTS_SINCE = 17;

    /**
     * One of them.
     *
     * @param secret whether its value may hold a password or a command that holds one
     * @param since the oldest major version that knows it
     * @param successorToo whether it is neutralised in a successor of the original too
     */
    private record Rule(String name, String now, boolean secret, int since, boolean successorToo, String why) {}

    private static final List<Rule> RULES = List.of(
            new Rule("primary_conninfo", "", true, 0, true, "it would follow the original"),
            new Rule("primary_slot_name", "", false, 0, true, "it would use a slot of the original"),
            new Rule("synchronous_standby_names", "", false, 0, true,
                    "commits would wait for standbys that it does not have"),
            new Rule("recovery_min_apply_delay", "0", false, 0, true, "replay would wait"),
            new Rule("recovery_end_command", "", true, 0, true, "a command of the original would run here"),
            new Rule("archive_cleanup_command", "", true, 0, true, "it would delete from the original's archive"),
            new Rule("sync_replication_slots", "off", false, SYNC_SLOTS_SINCE, true, "it would follow the original"),
            new Rule("synchronized_standby_slots", "", false, SYNC_SLOTS_SINCE, true,
                    "logical replication would wait for standbys that it does not have"),
            new Rule("archive_mode", "off", false, 0, false, "it would write into the original's archive"),
            new Rule("max_logical_replication_workers", "0", false, 0, false,
                    "its subscriptions would take over the original's"));

    private NeutralSettings() {}

    /** What is set, in order, whatever the source's values were. */
    static List<Neutral> of(int major, Purpose purpose, Map<String, String> source) {
        var neutral = new ArrayList<Neutral>();
        for (var rule : RULES) {
            if (rule.since <= major && (rule.successorToo || purpose == Purpose.COPY)) {
                var was = source.getOrDefault(rule.name, "");
                neutral.add(new Neutral(rule.name, rule.secret && !was.isEmpty() ? "set; not shown" : was, rule.now,
                        rule.why));
            }
        }
        return neutral;
    }

    /** Whether the restored cluster differs from its source by it. */
    static boolean differs(Neutral neutral) {
        return !neutral.was().isEmpty() && !neutral.was().equals(neutral.now());
    }
}
