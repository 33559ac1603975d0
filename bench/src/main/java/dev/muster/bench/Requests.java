// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import dev.muster.work.Wait;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Scenario {@code requests}: what a backup, the same again and a restore ask of an S3 server. Not how long they take: server,
 * relay and everything else share this machine.
 */
final class Requests {

    static final String NAME = "requests";
    static final List<String> KINDS = List.of("put", "get", "list", "head", "delete");

    private static final Duration READY_MAX = Duration.ofMinutes(2);
    private static final String BUCKET = "bench";

    private final Notebook notebook;
    private final Stage.Parts parts;
    private final Dataset data;

    Requests(Notebook notebook, Stage.Parts parts, Dataset data) {
        this.notebook = notebook;
        this.parts = parts;
        this.data = data;
    }

    /** With s3proxy's jar and the java that runs it. */
    void run(List<Stage> stages, Path jar, Path java) throws Exception {
        for (var stage : stages) {
            var place = parts.machine().directory(stage.room().resolveSibling("s3"));
            var port = Server.freePort();
            var process = start(jar, java, place, port);
            try (var relay =
                    Relay.before(URI.create("http://127.0.0.1:" + port))) {
                makeBucket(relay, process);
                count(stage.over(relay.endpoint() + "/" + BUCKET), relay);
            } catch (IllegalStateException | SQLException e) {
                notebook.failed(stage.peer().name(), NAME + " on " + data.label(), e);
            } finally {
                process.destroyForcibly();
                stage.clear();
                Machine.remove(place);
            }
        }
    }

    private void count(Stage stage, Relay relay) throws Exception {
        stage.prepare();
        relay.take();
        stage.server().execute(List.of("CHECKPOINT"), false);
        for (var step : List.of(Turns.FIRST, Turns.AGAIN, Turns.RESTORE)) {
            var figures =
                    new LinkedHashMap<>(step.equals(Turns.RESTORE) ? stage.timed(step) : stage.timed("backup", step));
            KINDS.forEach(kind -> figures.put(kind + "_requests", 0.0));
            figures.putAll(relay.take());
            figures.put(Figure.SOURCE, Turns.source(stage.server()));
            notebook.note(new Sample(NAME, data.label(), "warm", 0, stage.peer().name(), step, figures));
        }
    }

    private static Process start(Path jar, Path java, Path place, int port) throws IOException {
        var settings = Files.writeString(Files.createTempFile("bench-s3proxy", ".conf"), """
                s3proxy.endpoint=http://127.0.0.1:%d
                s3proxy.authorization=none
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(port, place));
        var log = settings.resolveSibling(settings.getFileName() + ".log");
        log.toFile().deleteOnExit();
        settings.toFile().deleteOnExit();
        return new ProcessBuilder(java.toString(), "-Xmx1g", "-jar", jar.toString(), "--properties",
                settings.toString())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private void makeBucket(Relay relay, Process process) throws InterruptedException {
        Map<String, Integer> last = new LinkedHashMap<>();
        var wait = new Wait(parts.meter()::now, Duration.ofMillis(200));
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(relay.endpoint() + "/" + BUCKET))
                    .PUT(HttpRequest.BodyPublishers.noBody()).build();
            var made = wait.<InterruptedException>until(() -> !process.isAlive() || isOk(client, request, last),
                    READY_MAX);
            if (!made || !process.isAlive()) {
                throw new IllegalStateException("s3proxy does not answer: " + last);
            }
        }
    }

    private static boolean isOk(HttpClient client, HttpRequest request, Map<String, Integer> last)
            throws InterruptedException {
        try {
            var status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            last.put("status", status);
            return status < 300;
        } catch (IOException e) {
            return false;
        }
    }
}
