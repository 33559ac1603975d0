// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.bucket.FaultProxy;
import dev.muster.store.bucket.Hindrance;
import dev.muster.store.bucket.LoopbackPort;
import dev.muster.store.bucket.Timing;
import dev.muster.store.s3.S3Settings.Checksums;
import dev.muster.work.Wait;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A real S3 server for tests: s3proxy, as a process of its own on the loopback, with its objects in memory. It checks
 * signatures unless told otherwise, and honours conditional puts.
 */
public final class S3Proxy implements AutoCloseable {

    /** Who may use it. */
    public static final S3Credentials.Pair OWNER =
            new S3Credentials.Pair("muster-test", "a-secret-of-the-tests-alone", Optional.empty());

    /** The bucket that is there. */
    public static final String BUCKET = "clinic-backups";

    private static final Duration READY_AT_MOST = Duration.ofMinutes(2);
    private static final int PORTS_TRIED_MAX = 5;

    private final Process process;
    private final Path directory;
    private final LoopbackPort port;

    private S3Proxy(Process process, Path directory, LoopbackPort port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    /** Starts a server that asks for signatures, with an empty bucket. */
    public static S3Proxy start() throws IOException, InterruptedException {
        return start("aws-v2-or-v4");
    }

    /** Starts a server that lets anybody in, so that what lies between may change requests. */
    static S3Proxy startOpen() throws IOException, InterruptedException {
        return start("none");
    }

    private static S3Proxy start(String authorization) throws IOException, InterruptedException {
        var directory = Files.createTempDirectory("s3proxy-");
        for (var attempt = 1; attempt <= PORTS_TRIED_MAX; attempt++) {
            var port = LoopbackPort.free();
            var log = directory.resolve("log-" + attempt);
            var process = launch(directory, log, port, authorization);
            if (isReady(process, port)) {
                var server = new S3Proxy(process, directory, port);
                server.makeBucket(BUCKET);
                return server;
            }
            end(process);
            if (attempt == PORTS_TRIED_MAX) {
                throw new IllegalStateException("s3proxy does not start:\n" + Files.readString(log));
            }
        }
        throw new IllegalStateException("no port was tried");
    }

    private static Process launch(Path directory, Path log, LoopbackPort port, String authorization)
            throws IOException {
        var configuration = Files.writeString(directory.resolve("s3proxy.conf"), """
                s3proxy.endpoint=http://127.0.0.1:%d
                s3proxy.authorization=%s
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=transient-nio2
                """.formatted(port.number(), authorization, OWNER.keyId(), OWNER.secretKey()));
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var jar = Objects.requireNonNull(System.getProperty("muster.test.s3proxy"));
        return new ProcessBuilder(List.of(java, "-Xmx768m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", jar,
                "--properties", configuration.toString())).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
    }

    private static boolean isReady(Process process, LoopbackPort port) throws InterruptedException {
        new Wait(System::nanoTime).until(() -> !process.isAlive() || port.answers(), READY_AT_MOST);
        return process.isAlive() && port.answers();
    }

    /** Where it listens. */
    public int port() {
        return port.number();
    }

    /** Where it is. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port.number());
    }

    /** Something before a server that hinders requests. */
    static FaultProxy hindered(S3Proxy server) throws IOException {
        return FaultProxy.before(server.port(), new S3Dialect());
    }

    /** Its errors are XML; as with every HEAD, one without a code has no body. */
    private record S3Dialect() implements FaultProxy.Dialect {

        @Override
        public String headers(Hindrance.Answer answer) {
            return "Content-Type: application/xml\r\nx-amz-bucket-region: eu-central-1\r\n";
        }

        @Override
        public String body(Hindrance.Answer answer) {
            return answer.code().isEmpty()
                    ? ""
                    : "<?xml version=\"1.0\"?><Error><Code>" + answer.code() + "</Code><Message>" + answer.message()
                            + "</Message></Error>";
        }
    }

    /** A store of the owner's below this prefix. */
    S3Settings settings(String prefix) {
        return at(endpoint(), prefix);
    }

    /** The same by way of something in between. */
    static S3Settings at(URI endpoint, String prefix) {
        return new S3Settings(BUCKET, prefix, Optional.of(endpoint), Optional.of("us-east-1"), true, OWNER,
                new S3Encryption.OfBucket(), Optional.empty(), Checksums.WHEN_REQUIRED,
                new Timing(Duration.ofSeconds(20), Duration.ofSeconds(60), 256 << 10));
    }

    /** Makes another bucket. */
    void makeBucket(String name) throws InterruptedException {
        try (S3Client client = Connection.open(settings(""))) {
            client.createBucket(request -> request.bucket(name));
        }
    }

    @Override
    public void close() throws IOException {
        end(process);
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    /** Nothing of it is worth an orderly end. */
    private static void end(Process process) {
        process.destroyForcibly().onExit().join();
    }
}
