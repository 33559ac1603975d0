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

/** A cluster with a port of its own that can be stopped, started, copied and made a standby. */
final class Machines {

    private final TestServers servers;
    private final int major;

    Machines(TestServers servers, int major) {
        this.servers = servers;
        this.major = major;
    }

    /** A cluster and the port at which it is always found. */
    record Node(Machines machines, Cluster cluster, int port) {

        TestServer start() throws Exception {
            return start(Settings.none());
        }

        TestServer start(Settings settings) throws Exception {
            var options = StartOptions.defaults().with(new Listen.FixedPort(port)).with(settings);
            return machines.servers.start(machines.servers.installation(machines.major), cluster, options);
        }

        String conninfo() {
            return "host=127.0.0.1 port=" + port;
        }

        /** A copy of the cluster, which must not run, with a port of its own. */
        Node copy() throws Exception {
            var directory = machines.servers.directory().resolve("copy");
            copyTree(cluster.dataDirectory(), directory);
            machines.servers.account().own(directory);
            return new Node(machines, Cluster.at(directory), freePort());
        }

        /** A copy that follows this one. */
        Node standby() throws Exception {
            var standby = copy();
            var data = standby.cluster.dataDirectory();
            Files.createFile(data.resolve("standby.signal"));
            Files.writeString(data.resolve("postgresql.auto.conf"),
                    "primary_conninfo = 'host=127.0.0.1 port=" + port + " user=postgres'\n");
            machines.servers.account().own(data);
            return standby;
        }

        /** The bytes in its pg_wal. */
        byte[] log(TimelineId timeline, Lsn from, Lsn to) throws IOException {
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

    Node node() throws Exception {
        return node(Settings.none());
    }

    Node node(Settings settings) throws Exception {
        var kept = Settings.none().with("wal_keep_size", "1GB").with("autovacuum", "off").with(settings);
        var options = ClusterOptions.defaults(new Authentication.Trust()).unsynced().with(kept);
        return new Node(this, servers.cluster(servers.installation(major), options), freePort());
    }

    static Lsn end(TestServer server) throws Exception {
        return Lsn.parse(server.query("select pg_current_wal_flush_lsn()").getFirst());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
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
