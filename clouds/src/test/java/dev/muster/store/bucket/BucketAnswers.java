// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.StoreException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/** What a server answers, or does not answer, and what becomes of it. Mandatory for every kind of bucket. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public abstract class BucketAnswers {

    /** Where an object of these tests is. */
    protected static final Key KEY = Key.of("data/ab/object");

    /** The ways into a store. */
    public interface Doors {

        /** Makes it. */
        BucketStore create() throws InterruptedException;

        /** Opens it. */
        BucketStore open() throws InterruptedException;

        /** Opens it or a copy. */
        BucketStore openReadOnly() throws InterruptedException;
    }

    /** A bucket, from the outside. */
    public interface Outside {

        /** Makes the bucket. */
        void make() throws Exception;

        /** Removes it, which is empty. */
        void remove() throws Exception;

        /** Puts an object, by its name in the bucket. */
        void put(String name, byte[] bytes) throws Exception;

        /** Removes an object, by its name in the bucket. */
        void delete(String name) throws Exception;
    }

    /** Where the server is. */
    protected abstract URI endpoint();

    /** Something before the server, which hinders nothing yet. */
    protected abstract FaultProxy newProxy() throws Exception;

    /** The ways into a store below a prefix of a bucket, by way of an endpoint. */
    protected abstract Doors doors(URI endpoint, String bucket, String prefix);

    /** The bucket that is there. */
    protected abstract String bucket();

    /** A prefix that no other test has. */
    protected abstract String newPrefix();

    /** Another bucket, or the one that is there. */
    protected abstract Outside outside(String bucket);

    /** Hands every verb's fault, while the server answers all requests with this. */
    protected final List<StoreException> answered(Hindrance.Answer answer) throws Exception {
        try (var proxy = newProxy(); var store = doors(proxy.endpoint(), bucket(), newPrefix()).create()) {
            proxy.follow(_ -> answer);
            return List.of(fault(() -> store.read(KEY, Range.whole())),
                    fault(() -> store.put(KEY, Content.of(new byte[10]))),
                    fault(() -> store.list(Prefix.everything(), _ -> {
                    })), fault(() -> store.delete(KEY)));
        }
    }

    /** What the server answers to a listing becomes a fault, which is returned. */
    protected final StoreException listed(Hindrance hindrance) throws Exception {
        try (var proxy = newProxy(); var store = doors(proxy.endpoint(), bucket(), newPrefix()).create()) {
            proxy.follow(_ -> hindrance);
            return fault(() -> store.list(Prefix.everything(), _ -> {
            }));
        }
    }

    @Test
    void aStoreThatIsNotThereIsNeverAnEmptyOne() {
        var nothing = doors(endpoint(), bucket(), newPrefix());
        assertThat(fault(nothing::open).code()).isEqualTo("store.absent");
        assertThat(fault(nothing::openReadOnly).code()).isEqualTo("store.absent");

        var noBucket = doors(endpoint(), "another-bucket", "x");
        assertThat(fault(noBucket::open).code()).isEqualTo("store.no-bucket");
        assertThat(fault(noBucket::create).code()).isEqualTo("store.no-bucket");
    }

    @Test
    void aBucketThatGoesAwayIsNoticedByEveryVerb() throws Exception {
        var bucket = outside("short-lived");
        bucket.make();
        try (var store = doors(endpoint(), "short-lived", "").create()) {
            bucket.delete("MUSTER-STORE");
            assertThat(fault(() -> store.stat(KEY)).code()).isEqualTo("store.absent");
            bucket.remove();

            assertThat(fault(() -> store.stat(KEY))).isInstanceOf(StoreException.Absent.class);
            assertThat(fault(() -> store.read(KEY, Range.whole()))).isInstanceOf(StoreException.Absent.class);
            assertThat(fault(() -> store.put(KEY, Content.of(new byte[1]))))
                    .isInstanceOf(StoreException.Absent.class);
            assertThat(fault(() -> store.list(Prefix.of("x"), _ -> {
            }))).isInstanceOf(StoreException.Absent.class);
        }
    }

    @Test
    void aStoreIsMadeOnlyWhereNothingIs() throws Exception {
        var doors = doors(endpoint(), bucket(), newPrefix());
        doors.create().close();

        assertThat(fault(doors::create).code()).isEqualTo("store.not-empty");
    }

    @Test
    void whatAnyToolCopiedIsReadableAndOnlyThat() throws Exception {
        var prefix = newPrefix();
        outside(bucket()).put(prefix + "/data/1", new byte[]{1, 2});
        outside(bucket()).put(prefix + "/.DS_Store", new byte[]{3});
        try (var copy = doors(endpoint(), bucket(), prefix).openReadOnly()) {
            var keys = new ArrayList<Key>();
            copy.list(Prefix.everything(), blob -> keys.add(blob.key()));

            assertThat(keys).containsExactly(Key.of("data/1"));
            assertThat(copy.read(Key.of("data/1"), Range.whole())).containsExactly(1, 2);
            assertThat(copy.capabilities().storeTimes()).isFalse();
            assertThat(fault(() -> copy.put(KEY, Content.of(new byte[1]))).code()).isEqualTo("store.read-only");
            assertThat(fault(() -> copy.delete(Key.of("data/1"))).code()).isEqualTo("store.read-only");
        }
    }

    @Test
    void whatCannotBeReachedSaysWhy() throws Exception {
        int closed;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        var refused = opening(URI.create("http://127.0.0.1:" + closed + endpoint().getPath()));
        assertThat(refused.code()).isEqualTo("store.unreachable");
        assertThat(refused.retryable()).isTrue();
        assertThat(refused).hasMessageContaining("no connection");

        var unknown = opening(URI.create("http://no-such-host.invalid:80" + endpoint().getPath()));
        assertThat(unknown.code()).isEqualTo("store.unreachable");
        assertThat(unknown).hasMessageContaining("the name of its host is not known");

        try (var plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerPlainly(plain));
            var notTls = opening(URI.create("https://127.0.0.1:" + plain.getLocalPort() + endpoint().getPath()));
            assertThat(notTls.code()).isEqualTo("store.tls");
            assertThat(notTls.retryable()).isFalse();
        }
    }

    /** As a server does that speaks no TLS. */
    private static void answerPlainly(ServerSocket listening) {
        try (var client = listening.accept()) {
            client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException _) {
            // Whoever asked has gone.
        }
    }

    private StoreException opening(URI endpoint) {
        return fault(() -> doors(endpoint, bucket(), "x").open());
    }

    /** The fault that this ends with. */
    protected static StoreException fault(ThrowingCallable act) {
        var thrown = catchThrowable(act);
        assertThat(thrown).isInstanceOf(StoreException.class);
        return (StoreException) thrown;
    }
}
