// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.azure;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ConnectionStringTest {

    @Test
    void whatThePortalHandsOutIsUnderstood() {
        assertThat(ConnectionString.parse("DefaultEndpointsProtocol=https;AccountName=clinic;AccountKey=a2V5cw==;"
                + "EndpointSuffix=core.windows.net"))
                .isEqualTo(new ConnectionString(Optional.of("clinic"), new AzureCredentials.AccountKey("a2V5cw=="),
                        Optional.empty()));
        assertThat(ConnectionString.parse("AccountName=clinic;AccountKey=a2V5cw==;EndpointSuffix=core.chinacloudapi.cn")
                .endpoint()).contains(URI.create("https://clinic.blob.core.chinacloudapi.cn"));
    }

    @Test
    void aSignatureWithAnEndpointIsUnderstood() {
        assertThat(ConnectionString.parse("BlobEndpoint=http://127.0.0.1:10000/clinic;"
                + "SharedAccessSignature=sv=2021-12-02&se=2030-01-01&sig=abc%3D"))
                .isEqualTo(new ConnectionString(Optional.empty(),
                        new AzureCredentials.Sas("sv=2021-12-02&se=2030-01-01&sig=abc%3D"),
                        Optional.of(URI.create("http://127.0.0.1:10000/clinic"))));
    }

    @Test
    void whatIsNoneSaysSoWithoutShowingIt() {
        for (var text : new String[]{"", "AccountName=clinic", "AccountName=clinic;AccountKey=not*base64",
                "SharedAccessSignature=not*base64"}) {
            assertThatThrownBy(() -> ConnectionString.parse(text)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("not*base64");
        }
    }
}
