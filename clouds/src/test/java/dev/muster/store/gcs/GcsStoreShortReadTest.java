// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.gcs;

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
@ExtendWith(SharedGcs.class)
class GcsStoreShortReadTest extends ShortReadConformance {

    private static final int HELD_AFTER = 1_000_000;

    private final GcsStandIn server;
    private @Nullable FaultProxy proxy;

    GcsStoreShortReadTest(GcsStandIn server) {
        this.server = server;
    }

    @Override
    protected Store newStore() throws Exception {
        proxy = server.hindered();
        var store =
                GcsStore.create(server.at(proxy.endpoint(), GcsStandIn.BUCKET, SharedGcs.newPrefix()), new Random(1),
                        InstantSource.system());
        proxy.follow(
                line -> line.startsWith("GET /download/") ? new Hindrance.Stall(HELD_AFTER) : new Hindrance.None());
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
