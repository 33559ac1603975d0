// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.azure;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.identity.CredentialUnavailableException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FailuresTest {

    private static ConnectException offline() {
        return new ConnectException("Network is unreachable");
    }

    @Test
    void whoHandsOutTokensMayBeBackSoon() throws Exception {
        var fault = Failures.withoutCredentials(new ClientAuthenticationException("no token", null, offline()), "x");

        assertThat(fault.code()).isEqualTo("store.unreachable");
        assertThat(fault.retryable()).isTrue();
    }

    @Test
    void aMachineThatHasNoIdentityDoesNotGetOneByTryingAgain() throws Exception {
        var fault = Failures.withoutCredentials(new CredentialUnavailableException("not in Azure", offline()), "x");

        assertThat(fault.code()).isEqualTo("store.credentials");
        assertThat(fault.retryable()).isFalse();
    }
}
