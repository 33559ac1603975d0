// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import dev.muster.work.Scope;
import dev.muster.work.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Works out how to start a restored cluster so that it does no harm: no subscription that takes over the original's
 * slot, no scheduled job, no archive_command into the original's archive, no standby that its commits wait for, no
 * foreign server. What its configuration says is asked of the server program itself ({@code postgres -C}), so that
 * included files and ALTER SYSTEM count.
 *
 * <p>The settings that a hot standby compares with its primary (max_connections, max_worker_processes and the like) are
 * left as they are: it would refuse to recover with less. A setting that the installation does not know, such as a
 * compression that it was built without, is refused by the server before any of this counts; then the installation is
 * not one that can read that data.
 */
public final class Isolate {

    private static final Duration ASK_AT_MOST = Duration.ofSeconds(20);
    private static final int ASKED_AT_ONCE = 4;
    private static final int INCLUDES_IN_RULES_SINCE = 16;
    private static final String PRIVATE_RULES = """
            local all all trust
            local replication all trust
            """;
    private static final String PID_FILE_ELSEWHERE = "external_pid_file";
    private static final String TIMESCALE = "timescaledb";
    private static final String TIMESCALE_JOBS = "timescaledb.max_background_workers";

    /** How much of a value may be shown: connection strings and commands can hold passwords. */
    private enum Show {
        WHOLE, PROGRAM, NOTHING
    }

    /**
     * A setting that is overruled.
     *
     * @param since the oldest major version that has it
     */
    private record Rule(String setting, String now, int since, Show show) {

        static Rule of(String setting, String now) {
            return new Rule(setting, now, 0, Show.WHOLE);
        }
    }

    private static final List<Rule> RULES = List.of(Rule.of("archive_mode", "off"),
            new Rule("archive_command", "", 0, Show.PROGRAM), Rule.of("archive_library", ""),
            new Rule("archive_cleanup_command", "", 0, Show.PROGRAM),
            new Rule("recovery_end_command", "", 0, Show.PROGRAM),
            new Rule("primary_conninfo", "", 0, Show.NOTHING), Rule.of("primary_slot_name", ""),
            Rule.of("synchronous_standby_names", ""), new Rule("sync_replication_slots", "off", 17, Show.WHOLE),
            new Rule("synchronized_standby_slots", "", 17, Show.WHOLE),
            Rule.of("max_logical_replication_workers", "0"), Rule.of(PID_FILE_ELSEWHERE, ""),
            Rule.of("unix_socket_group", ""), Rule.of("bonjour", "off"), Rule.of("ssl", "off"));

    private static final List<String> PRELOADS = List.of("shared_preload_libraries", "session_preload_libraries",
            "local_preload_libraries");

    private final Machine machine;
    private final OsAccount account;

    public Isolate(Machine machine, OsAccount account) {
        this.machine = machine;
        this.account = account;
    }

    /** Works it out; starts nothing and changes nothing. */
    public Isolated isolate(Installation installation, Cluster cluster, Isolation isolation)
            throws InterruptedException {
        var was = new Asked(ask(installation, cluster));
        var neutral = new Neutral();
        for (var rule : rules(installation)) {
            if (rule.setting().equals(PID_FILE_ELSEWHERE) && was.of(rule.setting()).isEmpty()) {
                // Said explicitly, no file at all is one that the server complains it cannot write.
                continue;
            }
            neutral.overrule(rule.setting(), shown(rule, was.of(rule.setting())), rule.now(),
                    !was.of(rule.setting()).equals(rule.now()));
        }
        var preloads = new Preloads(installation);
        for (var setting : PRELOADS) {
            var before = was.of(setting);
            var after = preloads.filter(before);
            neutral.overrule(setting, before, after, !Preloads.split(before).equals(Preloads.split(after)));
        }
        silenceTimescale(neutral);
        var listening = was.of("listen_addresses");
        var now = isolation.reach() == Isolation.Reach.SOCKET ? "" : ServerAddress.TCP_HOST;
        neutral.report("listen_addresses", listening, now, !listening.equals(now));
        neutral.report("hba_file", was.of("hba_file"), "rules of its run directory", true);
        return isolated(isolation, neutral, accessRules(isolation, cluster, Path.of(was.of("hba_file"))));
    }

    private Isolated isolated(Isolation isolation, Neutral neutral, String rules) throws InterruptedException {
        var settings = neutral.settings.with("hot_standby", isolation.hotStandby() ? "on" : "off");
        var options = StartOptions.defaults().with(settings).withAccessRules(rules);
        var possible = new ArrayList<String>();
        switch (isolation.reach()) {
            case LOOPBACK -> {
                options = options.with(new Listen.AnyPort());
                possible.add("Foreign servers and functions that open connections reach other machines:"
                        + " a server on TCP keeps its network.");
            }
            case SOCKET -> {
                if (Network.canBeCut(machine, account)) {
                    options = options.with(Network.NONE);
                    neutral.report("network", "the machine's", "none", true);
                } else {
                    possible.add("Foreign servers and functions that open connections reach other machines:"
                            + " this machine does not let us make a network namespace.");
                }
            }
        }
        return new Isolated(options, neutral.list, possible);
    }

    private static List<Rule> rules(Installation installation) {
        return RULES.stream().filter(rule -> rule.since() <= installation.version().major()).toList();
    }

    private static void silenceTimescale(Neutral neutral) {
        var loaded = neutral.settings.values().getOrDefault("shared_preload_libraries", "");
        if (Preloads.split(loaded).contains(TIMESCALE)) {
            neutral.overrule(TIMESCALE_JOBS, "its own", "0", true);
        }
    }

    private static String accessRules(Isolation isolation, Cluster cluster, Path own) {
        if (isolation.reach() == Isolation.Reach.SOCKET || !Files.isReadable(own)) {
            return PRIVATE_RULES;
        }
        if (cluster.major() >= INCLUDES_IN_RULES_SINCE) {
            return PRIVATE_RULES + "include \"" + own + "\"\n";
        }
        return PRIVATE_RULES + FileWork.on(own, "read", () -> Files.readString(own));
    }

    private Map<String, String> ask(Installation installation, Cluster cluster) throws InterruptedException {
        var names = new ArrayList<>(rules(installation).stream().map(Rule::setting).toList());
        names.addAll(PRELOADS);
        names.addAll(List.of("listen_addresses", "hba_file"));
        var answers = new LinkedHashMap<String, Task<String>>();
        try (var scope = Scope.open("isolate", ASKED_AT_ONCE)) {
            for (var name : names) {
                answers.put(name, scope.submit(() -> ask(installation, cluster, name)));
            }
            scope.join();
            var values = new LinkedHashMap<String, String>();
            for (var answer : answers.entrySet()) {
                values.put(answer.getKey(), answer.getValue().await());
            }
            return values;
        }
    }

    private String ask(Installation installation, Cluster cluster, String setting) throws InterruptedException {
        var ended = new Command(machine, ASK_AT_MOST).run(account.command(List.of(
                installation.program("postgres").toString(), "-D", cluster.dataDirectory().toString(), "-C", setting)));
        if (!ended.succeeded()) {
            throw new ServerFault.ConfigurationRefused(cluster.dataDirectory(), ended.complaint());
        }
        return ended.output().strip();
    }

    private static String shown(Rule rule, String value) {
        if (value.isEmpty()) {
            return value;
        }
        var program = value.strip().split("\\s", 2)[0];
        return switch (rule.show()) {
            case WHOLE -> value;
            case PROGRAM -> program.contains("=") ? "set; not shown" : program + " ...";
            case NOTHING -> "set; not shown";
        };
    }

    /** What the configuration says, by setting. */
    private record Asked(Map<String, String> values) {

        String of(String setting) {
            return Objects.requireNonNull(values.get(setting), setting);
        }
    }

    private static final class Neutral {

        private Settings settings = Settings.none();
        private final List<Neutralised> list = new ArrayList<>();

        void overrule(String setting, String was, String now, boolean differs) {
            settings = settings.with(setting, now);
            report(setting, was, now, differs);
        }

        void report(String setting, String was, String now, boolean differs) {
            if (differs) {
                list.add(new Neutralised(setting, was, now));
            }
        }
    }
}
