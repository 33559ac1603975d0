// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.Store;
import dev.muster.store.StoreConformance;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedS3.class)
class S3StoreTest extends StoreConformance {

    private final S3Proxy server;

    S3StoreTest(S3Proxy server) {
        this.server = server;
    }

    @Override
    protected Store newStore() throws Exception {
        return S3Store.create(server.settings(SharedS3.newPrefix()), new Random(1), InstantSource.system());
    }
}
