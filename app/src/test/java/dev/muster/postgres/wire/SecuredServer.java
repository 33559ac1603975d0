// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.server.Authentication;
import dev.muster.postgres.server.Cluster;
import dev.muster.postgres.server.ClusterOptions;
import dev.muster.postgres.server.Listen;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.StartOptions;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wire.tls.TestAuthority;
import dev.muster.postgres.wire.tls.TestAuthority.Issued;

/** A cluster whose users each log in in another way, and which can be started with any certificate. */
final class SecuredServer {

    static final String PASSWORD = "hunter2 \u00fc\u2168";

    /** What each user must do: its name says it. Whoever is not named is trusted. */
    private static final String RULES = """
            local    all         postgres    trust
            hostnossl all        only_tls    127.0.0.1/32 reject
            hostssl  all         only_tls    127.0.0.1/32 trust
            hostssl  all         only_clear  127.0.0.1/32 reject
            hostnossl all        only_clear  127.0.0.1/32 trust
            host     all,replication scram   127.0.0.1/32 scram-sha-256
            host     all,replication md5     127.0.0.1/32 md5
            host     all,replication clear   127.0.0.1/32 password
            hostssl  all,replication cert    127.0.0.1/32 cert
            host     all         nobody      127.0.0.1/32 reject
            hostssl  all         cert_too    127.0.0.1/32 trust clientcert=verify-ca
            host     all,replication all     127.0.0.1/32 trust
            host     all         all         ::1/128 trust
            """;

    private final TestServers servers;
    private final int major;
    private final Cluster cluster;

    private SecuredServer(TestServers servers, int major, Cluster cluster) {
        this.servers = servers;
        this.major = major;
        this.cluster = cluster;
    }

    static SecuredServer create(TestServers servers, int major) throws Exception {
        var cluster = servers.cluster(servers.installation(major),
                ClusterOptions.defaults(new Authentication.Trust()).unsynced());
        var secured = new SecuredServer(servers, major, cluster);
        try (var server = servers.start(servers.installation(major), cluster)) {
            for (var user : new String[]{"scram", "clear", "cert", "only_tls", "only_clear", "nobody", "cert_too"}) {
                server.execute("create role " + user + " login replication password '" + PASSWORD + "'");
            }
            server.execute("set password_encryption = 'md5'; create role md5 login replication password '" + PASSWORD
                    + "'");
        }
        return secured;
    }

    /** Starts it with a certificate, trusting the client certificates of an authority. */
    TestServer start(Issued certificate, TestAuthority clients) throws Exception {
        return start(certificate, clients, Settings.none());
    }

    TestServer start(Issued certificate, TestAuthority clients, Settings more) throws Exception {
        var directory = servers.directory();
        var settings = Settings.none().with("ssl", "on")
                .with("ssl_cert_file",
                        TestAuthority
                                .write(directory.resolve("server.crt"), TestAuthority.pem(certificate.certificate()))
                                .toString())
                .with("ssl_key_file",
                        TestAuthority.write(directory.resolve("server.key"), TestAuthority.pem(certificate.key()))
                                .toString())
                .with("ssl_ca_file",
                        TestAuthority.write(directory.resolve("clients.crt"), TestAuthority.pem(clients.certificate()))
                                .toString())
                .with(more);
        servers.account().own(directory);
        return servers.start(servers.installation(major), cluster,
                StartOptions.defaults().with(new Listen.AnyPort()).with(settings).withAccessRules(RULES));
    }
}
