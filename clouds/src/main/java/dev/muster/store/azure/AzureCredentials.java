// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.azure;

import java.util.Base64;
import java.util.Map;

/** Who asks the store. */
public sealed interface AzureCredentials {

    /**
     * Whatever the default chain of the Azure SDK finds on a server, in its order: a service principal in the environment
     * ({@code AZURE_CLIENT_ID} and its companions), a workload identity, the machine's or the container's managed
     * identity; and then who is logged in with {@code az}. The SDK renews what expires.
     *
     * @param environment cannot be shown
     */
    record Chain(Map<String, String> environment) implements AzureCredentials {

        public Chain {
            environment = Map.copyOf(environment);
        }

        @Override
        public String toString() {
            return "Chain[]";
        }
    }

    /**
     * One of the two keys of the account.
     *
     * @param base64 cannot be shown
     */
    record AccountKey(String base64) implements AzureCredentials {

        /** @throws IllegalArgumentException if it cannot be a key */
        public AccountKey {
            if (base64.isEmpty() || !isBase64(base64)) {
                throw new IllegalArgumentException("the key of an account is Base64, and this is not");
            }
        }

        private static boolean isBase64(String text) {
            try {
                return Base64.getDecoder().decode(text).length > 0;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        @Override
        public String toString() {
            return "AccountKey[]";
        }
    }

    /**
     * A shared access signature, for the account or for the container.
     *
     * @param token cannot be shown: {@code sv=...&sig=...}, without a question mark
     */
    record Sas(String token) implements AzureCredentials {

        /** @throws IllegalArgumentException if it cannot be one */
        public Sas {
            token = token.startsWith("?") ? token.substring(1) : token;
            if (!token.contains("sig=") || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
                throw new IllegalArgumentException("a shared access signature is sv=...&sig=..., and this is not");
            }
        }

        @Override
        public String toString() {
            return "Sas[]";
        }
    }
}
