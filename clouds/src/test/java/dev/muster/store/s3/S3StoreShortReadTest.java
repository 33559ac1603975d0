// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.Key;
import dev.muster.store.ShortReadConformance;
import dev.muster.store.Store;
import dev.muster.store.bucket.FaultProxy;
import dev.muster.store.bucket.Hindrance;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** An answer is held back after a while, and then cut: what was read by then cannot be the whole by chance. */
@ExtendWith(SharedS3.class)
class S3StoreShortReadTest extends ShortReadConformance {

    private static final int HELD_AFTER = 1_000_000;

    private final S3Proxy server;
    private @Nullable FaultProxy proxy;

    S3StoreShortReadTest(S3Proxy server) {
        this.server = server;
    }

    @Override
    protected Store newStore() throws Exception {
        proxy = S3Proxy.hindered(server);
        var store = S3Store.create(S3Proxy.at(proxy.endpoint(), SharedS3.newPrefix()), new Random(1),
                InstantSource.system());
        proxy.follow(line -> line.startsWith("GET ") ? new Hindrance.Stall(HELD_AFTER) : new Hindrance.None());
        return store;
    }

    @Override
    protected void breakOff(Key key, int left) {
        Objects.requireNonNull(proxy).cutStalledAt(left);
    }

    @AfterEach
    void closeProxy() throws IOException {
        Objects.requireNonNull(proxy).close();
    }
}
