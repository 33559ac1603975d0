// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives tests real PostgreSQL servers of the major versions 15 to 18. Use it so:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final TestServers SERVERS = new TestServers();
 *
 * @ParameterizedTest
 * @MethodSource("dev.muster.postgres.server.TestServers#majors")
 * void rowsStay(int major) throws Exception {
 *     try (var server = SERVERS.fresh(major)) {
 *         server.execute("create table t (n int)");
 *     }
 * }
 * }</pre>
 *
 * <p>What a test leaves open is stopped, and its directories are removed, when its class has run; shared servers when
 * all have. All of it works as root, whose servers then run as another user, and as any other user.
 */
public final class TestServers implements BeforeAllCallback, AfterAllCallback {

    private static final int OLDEST = 15;
    private static final int NEWEST = 18;
    private static final Duration READY_AT_MOST = Duration.ofMinutes(1);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private @Nullable ExtensionContext context;

    /** 15 to 18. */
    public static IntStream majors() {
        return IntStream.rangeClosed(OLDEST, NEWEST);
    }

    @Override
    public void beforeAll(ExtensionContext given) {
        context = given;
    }

    /** Closes everything, last first, whatever fails meanwhile. */
    @Override
    public void afterAll(ExtensionContext given) throws Exception {
        Exception first = null;
        synchronized (open) {
            while (!open.isEmpty()) {
                try {
                    open.removeLast().close();
                } catch (Exception e) {
                    first = first == null ? e : first;
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** The machine that the tests run on. */
    public Machine machine() {
        return shared().machine();
    }

    /** Whom servers run as here. */
    public OsAccount account() {
        return shared().account();
    }

    /** Where servers run here, from the binaries of the machine and those that the build brought along. */
    public ServerRoom room() {
        return new ServerRoom(machine(), account(), shared().installations());
    }

    /** A machine with no server but what may lie in its directories of programs, which is none of the newest. */
    public ServerRoom bareRoom() throws IOException {
        var unpack = new UnpackPostgres(machine(), account(), List.of(), _ -> {});
        return new ServerRoom(machine(), account(),
                new Installations(TestMachine.with(Map.of()), account(), unpack, List.of(), directory()));
    }

    /** The same for a program of its own, which has no test around it. */
    public static ServerRoom roomOfProgram() {
        var shared = new SharedServers();
        return new ServerRoom(shared.machine(), shared.account(), shared.installations());
    }

    /** The binaries of this major version that the build brought along: the same on every machine. */
    public Installation installation(int major) throws InterruptedException {
        return shared().installation(major);
    }

    /** The installations that the machine has of itself, with their client programs, newest first; may be none. */
    public List<Installation> installations() throws InterruptedException {
        return shared().installations().onMachine();
    }

    /** A new server on a new cluster with an identity of its own, ready, on its Unix socket and on TCP. */
    public TestServer fresh(int major) throws Exception {
        return fresh(major, Settings.none());
    }

    /** The same with these settings in its postgresql.conf. */
    public TestServer fresh(int major, Settings settings) throws Exception {
        var options = ClusterOptions.defaults(new Authentication.Trust()).unsynced().with(settings);
        return start(installation(major), cluster(installation(major), options));
    }

    /** A new cluster in a directory of its own, not started. */
    public Cluster cluster(Installation installation, ClusterOptions options) throws Exception {
        var cluster = new CreateCluster(machine(), account()).create(installation, directory().resolve("data"),
                options);
        remember(() -> killWhatRunsOn(cluster));
        return cluster;
    }

    /** Starts a server on a cluster and waits until it is ready. */
    public TestServer start(Installation installation, Cluster cluster) throws Exception {
        return start(installation, cluster, StartOptions.defaults().with(new Listen.AnyPort()));
    }

    /** Starts a server on a cluster in this way and waits until it is ready. */
    public TestServer start(Installation installation, Cluster cluster, StartOptions options) throws Exception {
        var server = launch(installation, cluster, options);
        server.awaitReady(READY_AT_MOST);
        return new TestServer(installation, server);
    }

    /** Starts a server on a cluster and waits for nothing. */
    public RunningServer launch(Installation installation, Cluster cluster, StartOptions options) throws Exception {
        return remember(new StartServer(machine(), account()).start(installation, cluster, options));
    }

    /** A server of this major version that all test classes share: leave its settings alone, use your own database. */
    public TestServer shared(int major) throws Exception {
        return shared().server(major);
    }

    /** A new directory that the servers' user can enter and owns, and whose path is short. */
    public Path directory() throws IOException {
        var directory = Files.createTempDirectory(machine().temporary(), "muster-test-");
        account().own(directory);
        remember(() -> SharedServers.remove(directory));
        return directory;
    }

    /** A server that is to outlive its program outlives a test that fails, too. */
    private void killWhatRunsOn(Cluster cluster) throws InterruptedException {
        if (Files.exists(cluster.dataDirectory().resolve("PG_VERSION"))) {
            var server = RunningServer.at(cluster.dataDirectory(), machine());
            if (server.isPresent()) {
                server.get().killHard();
                server.get().close();
            }
        }
    }

    private <T extends AutoCloseable> T remember(T closeable) {
        synchronized (open) {
            open.addLast(closeable);
        }
        return closeable;
    }

    private SharedServers shared() {
        return Objects.requireNonNull(context, "register TestServers as a static field")
                .getRoot()
                .getStore(ExtensionContext.Namespace.create(TestServers.class))
                .computeIfAbsent(SharedServers.class, _ -> new SharedServers(), SharedServers.class);
    }
}
