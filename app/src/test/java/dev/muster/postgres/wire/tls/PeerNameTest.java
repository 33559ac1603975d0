// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.tls;

import dev.muster.postgres.wire.tls.TestAuthority.Wanted;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PeerNameTest {

    private static final TestAuthority AUTHORITY = new TestAuthority("names");

    private static boolean matches(String host, String subject, List<GeneralName> names) {
        var certificate = AUTHORITY.issue(Wanted.of(subject, names.toArray(new GeneralName[0]))).certificate();
        return new PeerName(host).mismatch(certificate).isEmpty();
    }

    private static List<GeneralName> names(String text) {
        return Arrays.stream(text.split(" ", -1)).filter(each -> !each.equals("-"))
                .map(each -> each.startsWith("ip:")
                        ? TestAuthority.ip(each.substring(3))
                        : TestAuthority.dns(each.substring(4)))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"db1.example.com, CN=other, dns:db1.example.com", "DB1.Example.com, CN=other, dns:db1.example.com",
            "db1.example.com, CN=other, dns:db0.example.com dns:db1.example.com",
            "db1.example.com, CN=db1.example.com, -",
            "db1.example.com, CN=*.example.com, -", "db1.example.com, CN=other, dns:*.example.com",
            "127.0.0.1, CN=other, ip:127.0.0.1", "::1, CN=other, ip:::1", "0:0:0:0:0:0:0:1, CN=other, ip:::1",
            "127.0.0.1, CN=127.0.0.1, -", "127.0.0.1, CN=127.0.0.1, dns:other", "127.0.0.1, CN=other, dns:127.0.0.1",
            "db1.example.com, CN=db1.example.com, ip:127.0.0.1", "a.b, CN=other, dns:*.b",
            "db1, 'CN=db1,O=Example', -"})
    void aCertificateForTheHostFits(String host, String subject, String names) {
        assertThat(matches(host, subject, names(names))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"db1.example.com, CN=db1.example.com, dns:other", "db1.example.com, CN=other, -",
            "example.com, CN=*.example.com, -", "a.db1.example.com, CN=*.example.com, -",
            "db1.example.com, CN=*, -", "db1.example.com, CN=*.com, -", "db1.example.com, CN=d*.example.com, -",
            "db1.example.com, CN=*example.com, -", "127.0.0.1, CN=127.0.0.1, ip:127.0.0.2",
            "127.0.0.1, CN=other, ip:::1", "db1.example.com, CN=other, ip:127.0.0.1",
            ".example.com, CN=*.example.com, -",
            "db1.example.com.evil.org, CN=db1.example.com, -", "127.0.0.1, CN=*.0.0.1, ip:10.0.0.1"})
    void aCertificateForAnotherHostDoesNot(String host, String subject, String names) {
        assertThat(matches(host, subject, names(names))).isFalse();
    }

    @Test
    void aNameWithAZeroInItIsNoName() {
        assertThat(matches("db1.example.com", "CN=db1.example.com\\00.evil.org", List.of())).isFalse();
        assertThat(matches("db1.example.com", "CN=other", List.of(TestAuthority.dns("db1.example.com\0.evil.org"))))
                .isFalse();
    }

    @Test
    void theRefusalSaysWhatTheCertificateIsFor() {
        var certificate = AUTHORITY.issue(Wanted.of("CN=main", TestAuthority.dns("db2"))).certificate();

        assertThat(new PeerName("db1").mismatch(certificate))
                .contains("The server's certificate is not for this host but for db2, main");
    }
}
