// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.bucket.BucketFaults;
import dev.muster.store.bucket.BucketStore;
import dev.muster.store.bucket.FaultProxy;
import dev.muster.store.bucket.Hindrance;
import dev.muster.store.bucket.Timing;
import java.net.URI;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedS3.class)
class S3FaultsTest extends BucketFaults {

    private final S3Proxy server;
    private final String prefix = SharedS3.newPrefix();

    S3FaultsTest(S3Proxy server) {
        this.server = server;
    }

    @Override
    protected FaultProxy newProxy() throws Exception {
        return S3Proxy.hindered(server);
    }

    @Override
    protected BucketStore create(URI endpoint) throws Exception {
        return S3Store.create(S3Proxy.at(endpoint, prefix), new Random(1), InstantSource.system());
    }

    @Override
    protected BucketStore open(URI endpoint, Timing timing) throws Exception {
        var usual = S3Proxy.at(endpoint, prefix);
        return S3Store.open(new S3Settings(usual.bucket(), usual.prefix(), usual.endpoint(), usual.region(),
                usual.pathStyle(), usual.credentials(), usual.encryption(), usual.storageClass(), usual.checksums(),
                timing), InstantSource.system());
    }

    @Override
    protected boolean puts(String line) {
        return line.startsWith("PUT ");
    }

    @Override
    protected boolean reads(String line) {
        return line.startsWith("GET /" + S3Proxy.BUCKET + "/" + prefix);
    }

    @Test
    void aServerThatIgnoresConditionsIsFoundOutAndNothingIsWrittenOver() throws Exception {
        try (var open = S3Proxy.startOpen(); var losing = S3Proxy.hindered(open)) {
            losing.follow(_ -> new Hindrance.Lose("If-None-Match"));
            try (var careful = S3Store.create(S3Proxy.at(losing.endpoint(), "careful"), new Random(1),
                    InstantSource.system())) {
                assertThat(careful.capabilities().conditionalPut()).isFalse();
                assertWriteOnce(careful);
            }
        }
        assertThat(store().capabilities().conditionalPut()).isTrue();
    }
}
