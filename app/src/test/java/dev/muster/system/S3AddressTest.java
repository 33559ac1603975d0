// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class S3AddressTest {

    @Test
    void anAddressIsReadAndWritten() {
        var address = S3Address.parse("s3://clinic/a/b/?path-style=true&endpoint=http://127.0.0.1:9000&region=eu-1");

        assertThat(address).isEqualTo(new S3Address("clinic", "a/b",
                Map.of("path-style", "true", "endpoint", "http://127.0.0.1:9000", "region", "eu-1")));
        assertThat(S3Address.parse(address.url())).isEqualTo(address);
        assertThat(S3Address.parse("s3://clinic").prefix()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"s3://, is not the name of a bucket", "s3://a b/c, is not the name of a bucket",
            "s3:///prefix, is not the name of a bucket", "s3://clinic//x, is not a prefix",
            "s3://clinic/x//y, is not a prefix", "s3://clinic/é, is not a prefix",
            "s3://clinic?secret=x, is not a setting of a bucket", "s3://clinic?region, is not a setting of a bucket",
            "s3://clinic?region=a&region=b, is there twice",
            "s3://clinic?endpoint=https://user:pass@host, without a user",
            "s3://clinic?server-side-encryption=none, 'bucket, s3 or kms'",
            "s3://clinic?kms-key=k, is for server-side-encryption=kms",
            "s3://clinic?storage-class=DEEP_ARCHIVE, can be read at once"})
    void whatIsNoAddressSaysWhy(String url, String why) {
        assertThatThrownBy(() -> S3Address.parse(url)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
