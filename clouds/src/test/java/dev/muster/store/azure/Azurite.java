// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.azure;

import dev.muster.store.bucket.FaultProxy;
import dev.muster.store.bucket.Hindrance;
import dev.muster.store.bucket.LoopbackPort;
import dev.muster.store.bucket.Timing;
import dev.muster.work.Wait;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Azure's own emulator of its Blob Storage for tests, as a process of its own on the loopback, with its blobs in memory.
 * It checks signatures. Needs node and npm, which installs it below the build's folder the first time.
 */
public final class Azurite implements AutoCloseable {

    /** Whose containers it has. */
    public static final String ACCOUNT = "mustertest";

    /** The account's key, in Base64. */
    public static final String KEY = "YS1zZWNyZXQtb2YtdGhlLXRlc3RzLWFsb25lLW9mLTQ4LWJ5dGVzLWV4YWN0bHkh";

    /** The container that is there. */
    public static final String CONTAINER = "clinic-backups";

    private static final String PACKAGE = "azurite@3.35.0";
    private static final Duration INSTALLED_AT_MOST = Duration.ofMinutes(3);
    private static final Duration READY_AT_MOST = Duration.ofMinutes(2);
    private static final int PORTS_TRIED_MAX = 5;

    /** Tried once for each run. */
    private static final class Installation {

        private static final boolean AVAILABLE = install();

        private Installation() {}

        static Path directory() {
            return Path.of(Objects.requireNonNull(System.getProperty("muster.test.azurite")));
        }

        static Path program() {
            return directory().resolve("node_modules/azurite/dist/src/blob/main.js");
        }

        /** One of all runs at once tries to install it, and the others wait: it is tried once for each build. */
        private static boolean install() {
            try {
                Files.createDirectories(directory());
                try (var lock = FileChannel.open(directory().resolve("lock"), StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE); var held = lock.lock()) {
                    var complete = directory().resolve(PACKAGE);
                    var failed = directory().resolve("failed");
                    if (!held.isValid() || Files.exists(failed)) {
                        return false;
                    }
                    if (!Files.exists(complete)) {
                        Files.createFile(failed);
                        install(complete, failed);
                    }
                    return Files.exists(complete);
                }
            } catch (IOException | InterruptedException e) {
                return false;
            }
        }

        private static void install(Path complete, Path failed) throws IOException, InterruptedException {
            var npm = new ProcessBuilder("npm", "install", "--prefix", directory().toString(), "--ignore-scripts",
                    "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000", PACKAGE)
                    .redirectErrorStream(true).redirectOutput(directory().resolve("npm.out").toFile()).start();
            if (!npm.waitFor(INSTALLED_AT_MOST)) {
                end(npm);
            } else if (npm.exitValue() == 0 && Files.exists(program())) {
                Files.createFile(complete);
                Files.delete(failed);
            }
        }
    }

    private final Process process;
    private final Path directory;
    private final LoopbackPort port;

    private Azurite(Process process, Path directory, LoopbackPort port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    /** Whether this machine has it, or can get it. */
    public static boolean isAvailable() {
        return Installation.AVAILABLE;
    }

    /** Starts a server with an empty container. */
    public static Azurite start() throws IOException, InterruptedException {
        var directory = Files.createTempDirectory("azurite-");
        for (var attempt = 1; attempt <= PORTS_TRIED_MAX; attempt++) {
            var port = LoopbackPort.free();
            var log = directory.resolve("log-" + attempt);
            var process = launch(directory, log, port);
            if (isReady(process, port)) {
                var server = new Azurite(process, directory, port);
                server.makeContainer(CONTAINER);
                return server;
            }
            end(process);
            if (attempt == PORTS_TRIED_MAX) {
                throw new IllegalStateException("azurite does not start:\n" + Files.readString(log));
            }
        }
        throw new IllegalStateException("no port was tried");
    }

    private static Process launch(Path directory, Path log, LoopbackPort port) throws IOException {
        var builder = new ProcessBuilder(List.of("node", Installation.program().toString(), "--silent",
                "--disableTelemetry", "--inMemoryPersistence", "--blobHost", "127.0.0.1", "--blobPort",
                Integer.toString(port.number()))).redirectErrorStream(true).redirectOutput(log.toFile())
                .directory(directory.toFile());
        builder.environment().put("AZURITE_ACCOUNTS", ACCOUNT + ":" + KEY);
        return builder.start();
    }

    private static boolean isReady(Process process, LoopbackPort port) throws InterruptedException {
        new Wait(System::nanoTime).until(() -> !process.isAlive() || port.answers(), READY_AT_MOST);
        return process.isAlive() && port.answers();
    }

    /** Where the account's blobs are. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port.number() + "/" + ACCOUNT);
    }

    /** The same by way of something in between. */
    static URI behind(FaultProxy proxy) {
        return URI.create(proxy.endpoint() + "/" + ACCOUNT);
    }

    /** A store of the owner's below this prefix. */
    static AzureSettings at(URI endpoint, String prefix) {
        return at(endpoint, CONTAINER, prefix, new AzureCredentials.AccountKey(KEY));
    }

    static AzureSettings at(URI endpoint, String container, String prefix, AzureCredentials credentials) {
        return new AzureSettings(ACCOUNT, container, prefix, Optional.of(endpoint), credentials, Optional.empty(),
                Optional.empty(), new Timing(Duration.ofSeconds(20), Duration.ofSeconds(60), 256 << 10));
    }

    /** Something before this server that hinders requests. */
    FaultProxy hindered() throws IOException {
        return FaultProxy.before(port.number(), new AzureDialect());
    }

    /** Its errors are XML, and their code is in the head, too. */
    private record AzureDialect() implements FaultProxy.Dialect {

        @Override
        public String headers(Hindrance.Answer answer) {
            return "Content-Type: application/xml\r\n"
                    + (answer.code().isEmpty() ? "" : "x-ms-error-code: " + answer.code() + "\r\n");
        }

        @Override
        public String body(Hindrance.Answer answer) {
            return answer.code().isEmpty()
                    ? ""
                    : "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + answer.code() + "</Code><Message>"
                            + answer.message() + "</Message></Error>";
        }
    }

    /** Makes another container. */
    void makeContainer(String name) throws InterruptedException {
        try (var connection = connection(name)) {
            connection.blocking().create();
        }
    }

    /** The owner's connection to a container. */
    Connection connection(String container) throws InterruptedException {
        return Connection.open(at(endpoint(), container, "", new AzureCredentials.AccountKey(KEY)));
    }

    @Override
    public void close() throws IOException {
        end(process);
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Nothing of it is worth an orderly end. */
    private static void end(Process process) {
        process.destroyForcibly().onExit().join();
    }
}
