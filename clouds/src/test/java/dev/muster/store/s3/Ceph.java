// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.bucket.LoopbackPort;
import dev.muster.store.bucket.Timing;
import dev.muster.store.s3.S3Settings.Checksums;
import dev.muster.work.Wait;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A Ceph of one node with its S3 gateway, for what s3proxy has not: versions, locks, and keys of a key management
 * service (Ceph's own stand-in for one). Its disk is memory, its processes are children of this one, and all listen on
 * the loopback. Debian: radosgw ceph-mon ceph-osd ceph-common.
 */
final class Ceph implements AutoCloseable {

    /** Who may use it. */
    static final S3Credentials.Pair OWNER =
            new S3Credentials.Pair("muster-ceph", "another-secret-of-the-tests", Optional.empty());

    /** A key that the gateway knows. */
    static final String KMS_KEY = "testkey";

    private static final List<String> PROGRAMS =
            List.of("radosgw", "radosgw-admin", "ceph", "ceph-mon", "ceph-osd", "ceph-authtool", "monmaptool");
    private static final Path PROGRAMS_DIRECTORY = Path.of("/usr/bin");
    private static final Duration READY_AT_MOST = Duration.ofMinutes(2);
    private static final int STARTS_TRIED_MAX = 3;
    private static final String ALL = "allow *";

    private final Path directory;
    private final LoopbackPort port;
    private final List<Process> daemons = new ArrayList<>();

    private Ceph(Path directory, LoopbackPort port) {
        this.directory = directory;
        this.port = port;
    }

    /** Whether this machine has the programs. */
    static boolean isInstalled() {
        return PROGRAMS.stream().allMatch(program -> Files.isExecutable(PROGRAMS_DIRECTORY.resolve(program)));
    }

    /** Starts one, again if somebody else took one of its ports meanwhile. */
    static Ceph start() throws IOException, InterruptedException {
        for (var attempt = 1;; attempt++) {
            var ceph = new Ceph(Files.createTempDirectory("ceph-"), LoopbackPort.free());
            try {
                ceph.build();
                return ceph;
            } catch (IOException e) {
                ceph.close();
                if (attempt == STARTS_TRIED_MAX) {
                    throw e;
                }
            }
        }
    }

    private void build() throws IOException, InterruptedException {
        for (var name : List.of("mon", "osd", "run", "rgw")) {
            Files.createDirectory(directory.resolve(name));
        }
        var cluster = UUID.randomUUID().toString();
        var monitor =
                "[v2:127.0.0.1:" + LoopbackPort.free().number() + ",v1:127.0.0.1:" + LoopbackPort.free().number() + "]";
        Files.writeString(directory.resolve("ceph.conf"), configuration(cluster, monitor));
        var keyring = directory.resolve("keyring").toString();
        run("ceph-authtool", "--create-keyring", keyring, "--gen-key", "-n", "mon.", "--cap", "mon", ALL);
        for (var name : List.of("client.admin", "osd.0", "client.rgw")) {
            run("ceph-authtool", keyring, "--gen-key", "-n", name, "--cap", "mon", ALL, "--cap", "osd", ALL, "--cap",
                    "mgr", ALL);
        }
        var map = directory.resolve("monmap").toString();
        run("monmaptool", "--create", "--addv", "a", monitor, "--fsid", cluster, map);
        run("ceph-mon", "--mkfs", "-i", "a", "--monmap", map, "--keyring", keyring);
        launch("ceph-mon", "-f", "-i", "a");
        var disk = UUID.randomUUID().toString();
        run("ceph", "osd", "new", disk);
        run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk);
        launch("ceph-osd", "-f", "-i", "0");
        var gateway = launch("radosgw", "-f", "-n", "client.rgw");
        if (!new Wait(System::nanoTime).until(() -> port.answers() || !gateway.isAlive(), READY_AT_MOST)
                || !port.answers()) {
            throw new IOException("the gateway does not start: " + Files.readString(directory.resolve("radosgw.out")));
        }
        run("radosgw-admin", "user", "create", "--uid=muster", "--display-name=muster",
                "--access-key=" + OWNER.keyId(), "--secret-key=" + OWNER.secretKey());
    }

    private String configuration(String cluster, String monitor) {
        return """
                [global]
                fsid = %2$s
                mon host = %3$s
                mon initial members = a
                public addr = 127.0.0.1
                cluster addr = 127.0.0.1
                osd pool default size = 1
                osd pool default min size = 1
                osd pool default pg num = 1
                osd pool default pgp num = 1
                osd pool default pg autoscale mode = off
                osd crush chooseleaf type = 0
                mon allow pool size one = true
                mon data = %1$s/mon
                osd data = %1$s/osd
                run dir = %1$s/run
                admin socket = %1$s/run/$name.asok
                pid file = %1$s/run/$name.pid
                log file = %1$s/run/$name.log
                keyring = %1$s/keyring
                osd objectstore = memstore
                memstore device bytes = 1073741824
                mon data avail warn = 1
                mon data avail crit = 1
                [client.rgw]
                rgw frontends = beast endpoint=127.0.0.1:%4$d
                rgw data = %1$s/rgw
                rgw crypt require ssl = false
                rgw crypt s3 kms backend = testing
                rgw crypt s3 kms encryption keys = %5$s=YmluCmJvb3N0CmJvb3N0LWJ1aWxkCmNlcGguY29uZgo=
                """.formatted(directory, cluster, monitor, port.number(), KMS_KEY);
    }

    private void run(String... command) throws IOException, InterruptedException {
        var process = launch(command);
        if (!process.waitFor(READY_AT_MOST) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": "
                    + Files.readString(directory.resolve(command[0] + ".out")));
        }
    }

    private Process launch(String... command) throws IOException {
        var line = new ArrayList<>(List.of(command));
        line.set(0, PROGRAMS_DIRECTORY.resolve(command[0]).toString());
        var builder = new ProcessBuilder(line).redirectErrorStream(true)
                .redirectOutput(directory.resolve(command[0] + ".out").toFile());
        builder.environment().put("CEPH_CONF", directory.resolve("ceph.conf").toString());
        var process = builder.start();
        daemons.add(process);
        return process;
    }

    /** A store in a bucket of this server. */
    S3Settings settings(String bucket, String prefix, S3Encryption encryption) {
        return new S3Settings(bucket, prefix, Optional.of(URI.create("http://127.0.0.1:" + port.number())),
                Optional.of("us-east-1"), true, OWNER, encryption, Optional.empty(), Checksums.WHEN_REQUIRED,
                new Timing(Duration.ofSeconds(20), Duration.ofSeconds(60), 256 << 10));
    }

    @Override
    public void close() throws IOException {
        daemons.reversed().forEach(daemon -> daemon.destroyForcibly().onExit().join());
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
