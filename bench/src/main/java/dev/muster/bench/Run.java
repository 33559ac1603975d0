// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** One run of everything that was asked for. */
final class Run {

    private static final String SEED = "20261120";

    private final Path root;
    private final Options options;
    private final Notebook notebook;
    private final Path directory;
    private final Stage.Parts parts;

    /**
     * @param root of the project
     * @param options what was asked for
     * @param console for people
     * @param nanoTime the clock
     */
    Run(Path root, Options options, PrintWriter console, LongSupplier nanoTime) {
        this.root = root;
        this.options = options;
        this.directory = needed("directory");
        this.notebook = new Notebook(needed("results"), console);
        var machine = new Machine(options.last("user"));
        this.parts = new Stage.Parts(machine, new Meter(machine, root.resolve("bench/meter"), nanoTime));
    }

    private Path needed(String option) {
        return Path
                .of(options.last(option).orElseThrow(() -> new IllegalArgumentException("--" + option + " is needed")))
                .toAbsolutePath();
    }

    void run() throws Exception {
        parts.machine().facts(directory).forEach(notebook::fact);
        notebook.fact("seed: " + seed() + ", data of " + size() / 1_000_000 + " MB, " + options.text("churn", "1")
                + " % of the rows changed a day and half as many added");
        notebook.fact(Machine.own(needed("bin").resolve("postgres").toString(), "--version").strip()
                + ", checksums, fsync and full_page_writes on");
        var asked = options.all("scenarios").isEmpty()
                ? List.of(Turns.NAME, Requests.NAME, Days.DAILY, Bursts.NAME)
                : options.several("scenarios", "");
        var there = new HashMap<Peer, Boolean>();
        for (var label : List.of(options.text("data", "clinic,noise", "clinic").split(","))) {
            var data = Dataset.of(label);
            var place = parts.machine().directory(directory.resolve(label));
            try (var server = Server.create(parts.machine(), needed("bin"), place)) {
                load(server, data);
                scenarios(new Scene(server, data, place, there), asked);
            } finally {
                Machine.remove(place);
            }
        }
    }

    /** A server with its data, and who was found not to be here. */
    private record Scene(Server server, Dataset data, Path place, Map<Peer, Boolean> there) {}

    private void load(Server server, Dataset data) throws Exception {
        try (var connection = server.connect()) {
            data.create(connection, seed(), size());
        }
        server.execute(List.of("VACUUM (FREEZE, ANALYZE)", "CHECKPOINT"), false);
        notebook.say(data.label() + ": " + server.ask(data.fingerprint()));
    }

    /** Days come last: they change the data. */
    private void scenarios(Scene scene, List<String> asked) throws Exception {
        if (asked.contains(Turns.NAME)) {
            var stages = stages(scene, Turns.NAME);
            var turns = new Turns(notebook, parts, scene.data());
            for (var cache : options.text("cache", "warm,cold", "warm").split(",", -1)) {
                turns.run(stages, cache, options.number("rounds", 10, 1));
            }
        }
        if (asked.contains(Bursts.NAME)) {
            new Bursts(notebook, parts, scene.data()).run(stages(scene, Bursts.NAME), scene.server(),
                    options.number("rounds", 10, 1), Options.size(options.text("wal", "1GB", "32MB")));
        }
        if (asked.contains(Requests.NAME)) {
            requests(scene);
        }
        if (asked.contains(Days.DAILY)) {
            var model = new Dataset.Day(seed(), 0, Double.parseDouble(options.text("churn", "1")));
            new Days(notebook, parts, scene.data()).run(stages(scene, Days.DAILY), stages(scene, Days.FULL),
                    scene.server(), options.number("days", 7, 2), model);
        }
    }

    private void requests(Scene scene) throws Exception {
        var jar = Path.of(options.text("s3proxy", root.resolve("clouds/target/s3proxy/s3proxy.jar").toString()));
        if (Files.isReadable(jar)) {
            new Requests(notebook, parts, scene.data()).run(stages(scene, Requests.NAME), jar, needed("java"));
        } else {
            notebook.fact(
                    "ABSENT: requests: no s3proxy here; name its jar with --s3proxy, or build the tests of clouds");
        }
    }

    private List<Stage> stages(Scene scene, String scenario) throws Exception {
        var stages = new ArrayList<Stage>();
        for (var peer : peers()) {
            var chosen = options.all("peers").isEmpty() || options.several("peers", "").contains(peer.name());
            if (chosen && peer.takesPart().contains(scenario)) {
                var stage = new Stage(peer, program(peer), parts, scene.server(),
                        scene.place().resolve(scenario + "-" + peer.name()), "");
                if (isThere(stage, scene.there())) {
                    stages.add(stage);
                }
            }
        }
        return stages;
    }

    /** Says so once. */
    private boolean isThere(Stage stage, Map<Peer, Boolean> known) throws InterruptedException {
        var there = known.get(stage.peer());
        if (there == null) {
            there = introduce(stage);
            known.put(stage.peer(), there);
        }
        return there;
    }

    private boolean introduce(Stage stage) throws InterruptedException {
        var peer = stage.peer();
        try {
            notebook.fact(
                    peer.name() + ": " + stage.say("version").lines().findFirst().orElse("") + "; " + peer.text());
            notebook.fact("configuration of " + peer.name() + ": " + stage.say("show").lines()
                    .filter(line -> !line.isBlank()).map(line -> "`" + line + "`").collect(Collectors.joining(" ")));
            return true;
        } catch (IllegalStateException e) {
            notebook.fact(
                    "ABSENT: " + peer.name() + ": " + String.valueOf(e.getMessage()).replaceFirst("^.*?version: ", ""));
            return false;
        }
    }

    private Optional<Path> program(Peer peer) {
        return peer.program().equals(Report.OURS)
                ? Optional.of(needed("muster"))
                : options.program(peer.program());
    }

    private List<Peer> peers() throws Exception {
        var list = root.resolve("bench/peers/list");
        var peers = new ArrayList<>(Peer.parse(Files.readAllLines(list), list.resolveSibling("")));
        for (var other : options.all("peer")) {
            var parts = other.split("=", 2);
            peers.add(new Peer(parts[0], Path.of(parts[parts.length - 1]).toAbsolutePath(), "-",
                    Set.of(Turns.NAME, Days.DAILY), "added with --peer"));
        }
        return peers;
    }

    private long seed() {
        return Long.parseLong(options.text("seed", SEED));
    }

    private long size() {
        return Options.size(options.text("size", "2GB", "16MB"));
    }
}
