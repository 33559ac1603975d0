// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentName;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.server.Authentication;
import dev.muster.postgres.server.Cluster;
import dev.muster.postgres.server.ClusterOptions;
import dev.muster.postgres.server.Listen;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.StartOptions;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicInteger;

/** A cluster with a port of its own that can be stopped, started, copied and made a standby. */
public final class Machines {

    private static final int PORT_MIN = 20_000;
    private static final int PORT_COUNT = 10_000;

    /** Programs that run at the same time begin at different ports. */
    private static final AtomicInteger PORTS = new AtomicInteger((int) (ProcessHandle.current().pid() * 97));

    private final TestServers servers;
    private final int major;

    public Machines(TestServers servers, int major) {
        this.servers = servers;
        this.major = major;
    }

    /** A cluster and the port at which it is always found. */
    public record Node(Machines machines, Cluster cluster, int port) {

        public TestServer start() throws Exception {
            return start(Settings.none());
        }

        public TestServer start(Settings settings) throws Exception {
            return machines.servers.start(machines.servers.installation(machines.major), cluster, options(settings));
        }

        /** How it is started. */
        public StartOptions options(Settings settings) {
            return StartOptions.defaults().with(new Listen.FixedPort(port)).with(settings);
        }

        public String conninfo() {
            return "host=127.0.0.1 port=" + port;
        }

        /** A copy of the cluster, which must not run, with a port of its own. */
        public Node copy() throws Exception {
            var directory = machines.servers.directory().resolve("copy");
            copyTree(cluster.dataDirectory(), directory);
            machines.servers.account().own(directory);
            return new Node(machines, Cluster.at(directory), freePort());
        }

        /** A copy that follows this one. */
        public Node standby() throws Exception {
            var standby = copy();
            var data = standby.cluster.dataDirectory();
            Files.createFile(data.resolve("standby.signal"));
            Files.writeString(data.resolve("postgresql.auto.conf"),
                    "primary_conninfo = 'host=127.0.0.1 port=" + port + " user=postgres'\n");
            machines.servers.account().own(data);
            return standby;
        }

        /** The bytes in its pg_wal. */
        public byte[] log(TimelineId timeline, Lsn from, Lsn to) throws IOException {
            var size = WalSegmentSize.DEFAULT;
            var bytes = new byte[(int) to.minus(from)];
            for (var at = from; at.isBefore(to);) {
                var name = WalSegmentName.of(timeline, at, size).toString();
                var offset = at.offsetInSegment(size);
                var length = (int) Math.min(to.minus(at), size.bytes() - offset);
                var content = Files.readAllBytes(cluster.dataDirectory().resolve("pg_wal").resolve(name));
                System.arraycopy(content, offset, bytes, (int) at.minus(from), length);
                at = at.plus(length);
            }
            return bytes;
        }
    }

    public Node node() throws Exception {
        return node(Settings.none());
    }

    public Node node(Settings settings) throws Exception {
        var kept = Settings.none().with("wal_keep_size", "1GB").with("autovacuum", "off").with(settings);
        var options = ClusterOptions.defaults(new Authentication.Trust()).unsynced().with(kept);
        return new Node(this, servers.cluster(servers.installation(major), options), freePort());
    }

    /** What is written later lies at or after this. */
    static Lsn inserted(TestServer server) throws Exception {
        return Lsn.parse(server.query("select pg_current_wal_insert_lsn()").getFirst());
    }

    public static Lsn end(TestServer server) throws Exception {
        return Lsn.parse(server.query("select pg_current_wal_flush_lsn()").getFirst());
    }

    /** Free now, and not one of those that the system gives to whoever connects somewhere. */
    private static int freePort() {
        while (true) {
            var port = PORT_MIN + Math.floorMod(PORTS.getAndIncrement(), PORT_COUNT);
            try (var socket = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Somebody has it: the next one.
            }
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (var tree = Files.walk(from)) {
            for (var path : tree.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES,
                        LinkOption.NOFOLLOW_LINKS);
            }
        }
    }
}
