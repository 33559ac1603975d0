// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.gcs;

import com.google.api.client.json.GenericJson;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.client.json.webtoken.JsonWebSignature;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The service account of the stand-in, and who hands out its tokens: it checks signatures (RFC 7523). */
final class GcsTokens implements AutoCloseable {

    /** Whose store it is. */
    static final String ACCOUNT = "muster@clinic.iam.gserviceaccount.com";

    private final Path keyFile;
    private final KeyPair pair;
    private final Set<String> valid = ConcurrentHashMap.newKeySet();
    private final AtomicInteger numbers = new AtomicInteger();

    GcsTokens(int port) throws IOException {
        this.pair = pair();
        this.keyFile = Files.createTempFile("service-account-", ".json");
        Files.writeString(keyFile, account(pair, port));
    }

    /** The key of a service account whose tokens are handed out on this port. */
    private static String account(KeyPair pair, int port) throws IOException {
        var key =
                "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n";
        return GsonFactory.getDefaultInstance().toString(new GenericJson().set("type", "service_account")
                .set("project_id", "clinic").set("private_key_id", "1").set("private_key", key)
                .set("client_email", ACCOUNT).set("client_id", "1")
                .set("token_uri", "http://127.0.0.1:" + port + "/token"));
    }

    private static KeyPair pair() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    Path keyFile() {
        return keyFile;
    }

    /** Writes the key of somebody who has the same name and another secret. */
    void writeStrangersKey(Path file, int port) throws IOException {
        Files.writeString(file, account(pair(), port));
    }

    /** Takes back all that were handed out. */
    void revoke() {
        valid.clear();
    }

    byte[] grant(byte[] form) throws IOException, GcsStandIn.Refusal {
        var fields = new String(form, StandardCharsets.UTF_8);
        var assertion = URLDecoder.decode(fields.replaceAll(".*assertion=([^&]*).*", "$1"), StandardCharsets.UTF_8);
        try {
            var signed = JsonWebSignature.parse(GsonFactory.getDefaultInstance(), assertion);
            if (!signed.verifySignature(pair.getPublic()) || !ACCOUNT.equals(signed.getPayload().getIssuer())) {
                throw new GcsStandIn.Refusal(400, "invalid_grant", "Invalid JWT Signature.");
            }
        } catch (GeneralSecurityException e) {
            throw new GcsStandIn.Refusal(400, "invalid_grant", "Invalid JWT: " + e.getMessage());
        }
        var token = "token-" + numbers.incrementAndGet();
        valid.add("Bearer " + token);
        return GsonFactory.getDefaultInstance().toString(Map.of("access_token", token, "expires_in", 3600,
                "token_type", "Bearer")).getBytes(StandardCharsets.UTF_8);
    }

    void check(Optional<String> authorization) throws GcsStandIn.Refusal {
        if (authorization.filter(valid::contains).isEmpty()) {
            throw new GcsStandIn.Refusal(401, "authError", "Invalid Credentials");
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(keyFile);
    }
}
