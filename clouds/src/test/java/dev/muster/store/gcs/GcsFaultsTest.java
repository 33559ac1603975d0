// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.gcs;

import dev.muster.store.bucket.BucketFaults;
import dev.muster.store.bucket.BucketStore;
import dev.muster.store.bucket.FaultProxy;
import dev.muster.store.bucket.Timing;
import java.net.URI;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtendWith;

/** Against the stand-in: tokens come to it directly, everything else through what hinders it. */
@ExtendWith(SharedGcs.class)
class GcsFaultsTest extends BucketFaults {

    private final GcsStandIn server;
    private final String prefix = SharedGcs.newPrefix();

    GcsFaultsTest(GcsStandIn server) {
        this.server = server;
    }

    @Override
    protected FaultProxy newProxy() throws Exception {
        return server.hindered();
    }

    @Override
    protected BucketStore create(URI endpoint) throws Exception {
        return GcsStore.create(server.at(endpoint, GcsStandIn.BUCKET, prefix), new Random(1), InstantSource.system());
    }

    @Override
    protected BucketStore open(URI endpoint, Timing timing) throws Exception {
        var usual = server.at(endpoint, GcsStandIn.BUCKET, prefix);
        return GcsStore.open(new GcsSettings(usual.bucket(), usual.prefix(), usual.endpoint(), usual.credentials(),
                usual.storageClass(), usual.kmsKey(), timing), InstantSource.system());
    }

    @Override
    protected boolean puts(String line) {
        return line.startsWith("POST /upload/");
    }

    @Override
    protected boolean reads(String line) {
        return line.startsWith("GET /download/") && line.contains("object");
    }
}
