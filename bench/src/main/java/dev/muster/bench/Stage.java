// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One peer in a directory of its own beside one server.
 *
 * @param peer who
 * @param program the binary that was named for it, if one was
 * @param parts what runs and measures
 * @param server whose data it saves
 * @param room its directory, which belongs to the machine's user
 * @param bucket of S3 for its repository, with its endpoint; empty for a repository in its directory
 */
record Stage(Peer peer, Optional<Path> program, Parts parts, Server server, Path room, String bucket) {

    private static final Duration SLOTS_GONE_MAX = Duration.ofMinutes(1);

    /**
     * What runs and measures.
     *
     * @param machine runs
     * @param meter measures
     */
    record Parts(Machine machine, Meter meter) {}

    /** The same with its repository in a bucket. */
    Stage over(String otherBucket) {
        return new Stage(peer, program, parts, server, room, otherBucket);
    }

    /** What the peer says to a verb that is not timed. */
    String say(String... verb) throws InterruptedException {
        return parts.machine().run(environment(), command(verb).toArray(String[]::new)).strip();
    }

    boolean can(String verb) throws InterruptedException {
        return Set.of(say("verbs").split(" ")).contains(verb);
    }

    /** Makes its directory and an empty repository in it, and lets the server archive to it. */
    void prepare() throws Exception {
        Machine.remove(room);
        parts.machine().directory(room);
        server.archive("");
        say("prepare");
        server.archive(say("archive"));
    }

    /** What is timed: the verb, then the sync; with what the server used meanwhile. */
    Map<String, Double> timed(String... verb) throws Exception {
        return timed(Stage::noted, verb);
    }

    /** Nobody wants to know. */
    private static void noted(Process process) {}

    /** The same; who is told has the process and may end it. */
    Map<String, Double> timed(Consumer<Process> started, String... verb) throws Exception {
        Files.deleteIfExists(room.resolve("extra"));
        var before = server.usage();
        var figures = new LinkedHashMap<>(parts.meter().run(command(verb), environment(), room, started));
        var used = server.usage().minus(before);
        figures.put(Figure.SERVER_CPU, used.cpuSeconds());
        figures.put(Figure.SERVER_READ, (double) used.readBytes());
        figures.merge(Figure.DISK_READ, (double) used.diskReadBytes(), Double::sum);
        figures.merge(Figure.DISK_WRITTEN, (double) used.diskWrittenBytes(), Double::sum);
        figures.putAll(Sample.figures(Machine.read(room.resolve("extra")).lines().toList()));
        return figures;
    }

    /** {@link Figure#REPOSITORY} and {@link Figure#OBJECTS}. */
    Map<String, Double> repository() throws InterruptedException {
        var size = Machine.bytesAndFiles(Path.of(say("repository")));
        return Map.of(Figure.REPOSITORY, (double) size[0], Figure.OBJECTS, (double) size[1]);
    }

    Path target() {
        return room.resolveSibling("restored-" + peer.name());
    }

    /** Leaves nothing: no directory, no replication slot, no archiving. */
    void clear() throws Exception {
        server.archive("");
        // A slot stays active for a moment after its receiver has gone.
        if (!parts.meter().waiting().<SQLException>until(this::hasNoSlot, SLOTS_GONE_MAX)) {
            throw new IllegalStateException("a replication slot is still in use: " + room);
        }
        Machine.remove(room);
        Machine.remove(target());
    }

    private boolean hasNoSlot() throws SQLException {
        server.ask("SELECT count(pg_drop_replication_slot(slot_name)) FROM pg_replication_slots WHERE NOT active");
        return server.ask("SELECT count(*) FROM pg_replication_slots").equals("0");
    }

    private List<String> command(String... verb) {
        var command = new ArrayList<>(List.of("bash", peer.script().toString()));
        command.addAll(List.of(verb));
        return command;
    }

    private Map<String, String> environment() {
        var environment = new LinkedHashMap<String, String>();
        environment.put("HOME", room.toString());
        environment.put("BENCH_DIR", room.toString());
        environment.put("BENCH_SETTING", peer.setting());
        environment.put("BENCH_DATA", server.data().toString());
        environment.put("BENCH_BIN", server.bin().toString());
        environment.put("BENCH_PORT", Integer.toString(server.port()));
        environment.put("BENCH_SOCKETS", server.sockets().toString());
        environment.put("BENCH_USER", Server.USER);
        environment.put("BENCH_TARGET", target().toString());
        environment.put("BENCH_BUCKET", bucket);
        environment.put("BENCH_CPUS", Integer.toString(Runtime.getRuntime().availableProcessors()));
        program.ifPresent(path -> environment.put("BENCH_PROGRAM", path.toString()));
        return environment;
    }
}
