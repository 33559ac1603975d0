// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.azure;

import dev.muster.store.Store;
import dev.muster.store.StoreConformance;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedAzurite.class)
@EnabledIf("dev.muster.store.azure.Azurite#isAvailable")
class AzureStoreTest extends StoreConformance {

    private final Azurite server;

    AzureStoreTest(Azurite server) {
        this.server = server;
    }

    @Override
    protected Store newStore() throws Exception {
        return AzureStore.create(Azurite.at(server.endpoint(), SharedAzurite.newPrefix()), new Random(1),
                InstantSource.system());
    }
}
