// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the test classes of one run share: the unpacked binaries, and servers started when first asked for. */
final class SharedServers implements AutoCloseable {

    private static final Duration READY_AT_MOST = Duration.ofMinutes(1);

    private final Machine machine;
    private final OsAccount account;
    private final Installations installations;
    private final UnpackPostgres unpack;
    private final List<PostgresArchive> archives;
    private final Map<Integer, Installation> unpacked = new HashMap<>();
    private final Map<Integer, TestServer> servers = new HashMap<>();
    private final List<Path> directories = new ArrayList<>();

    SharedServers() {
        try {
            this.machine = TestMachine.here();
            this.account = new OsAccounts(machine).usual();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while looking for a user to run servers as", e);
        }
        var jars = Path.of(Objects.requireNonNull(System.getProperty("muster.test.postgres")));
        var caches = new ArrayList<>(List.of(jars.resolve("unpacked")));
        caches.addAll(CacheDirectory.usual(machine, account));
        this.unpack = new UnpackPostgres(machine, account, caches, _ -> {
        });
        this.archives = PostgresArchive.inJarsOf(jars, machine.platform());
        this.installations = new Installations(machine, account, unpack, archives);
    }

    Machine machine() {
        return machine;
    }

    OsAccount account() {
        return account;
    }

    Installations installations() {
        return installations;
    }

    List<PostgresArchive> archives() {
        return archives;
    }

    synchronized Installation installation(int major) throws InterruptedException {
        var known = unpacked.get(major);
        if (known != null) {
            return known;
        }
        var archive = archives.stream()
                .filter(one -> one.major().orElse(0) == major)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the build brought no PostgreSQL " + major));
        var installation = unpack.unpack(archive);
        unpacked.put(major, installation);
        return installation;
    }

    synchronized TestServer server(int major) throws Exception {
        var known = servers.get(major);
        if (known != null) {
            return known;
        }
        var directory = Files.createTempDirectory(machine.temporary(), "muster-shared-");
        directories.add(directory);
        account.own(directory);
        var cluster = new CreateCluster(machine, account).create(installation(major), directory.resolve("data"),
                ClusterOptions.defaults(new Authentication.Trust()).unsynced());
        var server = new StartServer(machine, account).start(installation(major), cluster,
                StartOptions.defaults().with(new Listen.AnyPort()));
        var shared = new TestServer(installation(major), server);
        servers.put(major, shared);
        server.awaitReady(READY_AT_MOST);
        return shared;
    }

    @Override
    public synchronized void close() throws IOException {
        servers.values().forEach(TestServer::close);
        for (var directory : directories) {
            remove(directory);
        }
    }

    /** Removes a directory with all that is in it. */
    static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (var tree = Files.walk(directory)) {
            for (var path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
