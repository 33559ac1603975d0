// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.gcs;

import dev.muster.store.Store;
import dev.muster.store.StoreConformance;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedGcs.class)
class GcsStoreTest extends StoreConformance {

    private final GcsStandIn server;

    GcsStoreTest(GcsStandIn server) {
        this.server = server;
    }

    @Override
    protected Store newStore() throws Exception {
        return GcsStore.create(server.at(server.endpoint(), GcsStandIn.BUCKET, SharedGcs.newPrefix()), new Random(1),
                InstantSource.system());
    }
}
