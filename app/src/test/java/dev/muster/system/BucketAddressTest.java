// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.system.BucketAddress.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BucketAddressTest {

    @Test
    void anAddressIsReadAndWritten() {
        var address =
                BucketAddress.parse("s3://clinic/a/b/?path-style=true&endpoint=http://127.0.0.1:9000&region=eu-1");

        assertThat(address).isEqualTo(new BucketAddress(Kind.S3, "clinic", "a/b",
                Map.of("path-style", "true", "endpoint", "http://127.0.0.1:9000", "region", "eu-1")));
        assertThat(BucketAddress.parse(address.url())).isEqualTo(address);
        assertThat(BucketAddress.parse("s3://clinic").prefix()).isEmpty();
    }

    @Test
    void anAddressOfAzureNamesItsAccountFirst() {
        var address = BucketAddress.parse("azure://clinic/backups/a/b/?access-tier=Cool");

        assertThat(address).isEqualTo(
                new BucketAddress(Kind.AZURE, "clinic/backups", "a/b", Map.of("access-tier", "Cool")));
        assertThat(BucketAddress.parse(address.url())).isEqualTo(address);
        assertThat(BucketAddress.parse("azure://clinic/backups/").prefix()).isEmpty();
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
            "s3://clinic?storage-class=DEEP_ARCHIVE, can be read at once",
            "azure://clinic, is not the name of a bucket: azure://account/container/prefix",
            "azure:///backups, is not the name of a bucket", "azure://clinic/backups//x, is not a prefix",
            "azure://clinic/backups?access-tier=Archive, can be read at once",
            "azure://clinic/backups?region=eu, is not a setting of azure://",
            "s3://clinic?access-tier=Hot, known are region", "ftp://clinic, is not s3://",
            "gs://clinic?credentials-file=key.json, a path from the root", "gs://clinic/x//y, is not a prefix"})
    void whatIsNoAddressSaysWhy(String url, String why) {
        assertThatThrownBy(() -> BucketAddress.parse(url)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
