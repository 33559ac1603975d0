// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.auth;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import com.ongres.scram.common.exception.ScramException;
import dev.muster.postgres.conninfo.ChannelBinding;
import dev.muster.postgres.wire.tls.ServerBinding;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** One SCRAM-SHA-256 exchange, bound to the TLS connection where both sides can. */
final class Scram {

    static final String PLAIN = "SCRAM-SHA-256";
    static final String PLUS = "SCRAM-SHA-256-PLUS";

    /** A server can ask for any amount of work; this much takes about a second. PostgreSQL's default is 4096. */
    private static final int ITERATIONS_MAX = 1_000_000;
    /** RFC 5802's server-first-message and server-final-message, without the extensions that no server sends. */
    private static final Pattern SERVER_FIRST = Pattern
            .compile("r=[\\x21-\\x2B\\x2D-\\x7E]+,s=[A-Za-z0-9+/]+={0,2},i=([1-9][0-9]*)");
    private static final Pattern SERVER_FINAL = Pattern.compile("v=[A-Za-z0-9+/]+={0,2}");

    private final ScramClient client;
    private final String mechanism;
    private final String subject;
    private boolean proven;

    private Scram(ScramClient client, String mechanism, String subject) {
        this.client = client;
        this.mechanism = mechanism;
        this.subject = subject;
    }

    static Scram begin(List<String> offered, ChannelBinding wish, Channel channel, Credentials credentials) {
        var binding = wish == ChannelBinding.DISABLE ? Optional.<byte[]>empty() : channel.binding();
        if (offered.contains(PLUS) && !channel.secured()) {
            throw new AuthFault.Refused("The server offers channel binding on a connection without TLS",
                    credentials.subject(), null);
        }
        var bound = offered.contains(PLUS) && binding.isPresent();
        if (!bound && wish == ChannelBinding.REQUIRE) {
            throw new AuthFault.Refused("channel_binding=require, and the server or its certificate does not allow it",
                    credentials.subject(), null);
        }
        if (!bound && !offered.contains(PLAIN)) {
            throw new AuthFault.Refused("The server offers no mechanism of SASL that is known here",
                    credentials.subject(), null);
        }
        var mechanism = bound ? PLUS : PLAIN;
        return new Scram(client(mechanism, binding, credentials), mechanism, credentials.subject());
    }

    /**
     * With a binding and without an offer the server is told that this side could: one that could too knows then that
     * somebody took its offer away.
     */
    private static ScramClient client(String mechanism, Optional<byte[]> binding, Credentials credentials) {
        var builder = ScramClient.builder().advertisedMechanisms(List.of(mechanism)).username(credentials.user())
                .password(credentials.password().value().toCharArray())
                .stringPreparation(StringPreparation.POSTGRESQL_PREPARATION);
        if (binding.isPresent()) {
            builder.channelBinding(ServerBinding.TYPE, binding.get());
        }
        return builder.build();
    }

    String mechanism() {
        return mechanism;
    }

    boolean proven() {
        return proven;
    }

    byte[] first() {
        return client.clientFirstMessage().toString().getBytes(StandardCharsets.UTF_8);
    }

    byte[] proof(String serverFirst) {
        var parts = SERVER_FIRST.matcher(serverFirst);
        if (!parts.matches()) {
            throw new AuthFault.Refused("The server's part of SCRAM cannot be understood", subject, null);
        }
        if (tooMany(parts.group(1))) {
            throw new AuthFault.Refused("The server asks for more than 1000000 rounds of SCRAM", subject, null);
        }
        try {
            client.serverFirstMessage(serverFirst);
            return client.clientFinalMessage().toString().getBytes(StandardCharsets.UTF_8);
        } catch (ScramException | RuntimeException e) {
            throw new AuthFault.Refused("The server's part of SCRAM cannot be understood", subject, e);
        }
    }

    private static boolean tooMany(String iterations) {
        return iterations.length() > 9 || Integer.parseInt(iterations) > ITERATIONS_MAX;
    }

    void verify(String serverFinal) {
        if (!SERVER_FINAL.matcher(serverFinal).matches()) {
            throw new AuthFault.Unproven(subject, null);
        }
        try {
            client.serverFinalMessage(serverFinal);
            proven = true;
        } catch (ScramException | RuntimeException e) {
            throw new AuthFault.Unproven(subject, e);
        }
    }
}
