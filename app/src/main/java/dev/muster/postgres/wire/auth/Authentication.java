// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.auth;

import dev.muster.postgres.conninfo.AuthMethod;
import dev.muster.postgres.conninfo.AuthRules;
import dev.muster.postgres.conninfo.ChannelBinding;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The client's side of one authentication, from the first request to the server's consent. */
public final class Authentication {

    private static final int OK = 0;
    private static final int CLEARTEXT = 3;
    private static final int MD5 = 5;
    private static final int GSS = 7;
    private static final int SSPI = 9;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    private static final int SALT_BYTES = 4;

    private final Credentials credentials;
    private final Channel channel;
    private @Nullable Scram scram;
    private boolean asked;
    private boolean done;

    public Authentication(Credentials credentials, Channel channel) {
        this.credentials = credentials;
        this.channel = channel;
    }

    /** Whether the server has consented, and was allowed to. */
    public boolean done() {
        return done;
    }

    /**
     * Answers a request.
     *
     * @param request the server's message of type R, from its request code on
     * @return the contents of the message of type p to send; nothing if nothing is to be sent
     * @throws AuthFault if the request is not one that the client answers
     */
    public Optional<byte[]> answer(ByteBuffer request) {
        if (request.remaining() < Integer.BYTES) {
            throw malformed();
        }
        var code = request.getInt();
        return switch (code) {
            case OK -> consented();
            case CLEARTEXT -> Optional.of(cleartext());
            case MD5 -> Optional.of(md5(request));
            case SASL -> Optional.of(sasl(mechanisms(request)));
            case SASL_CONTINUE -> Optional.of(begun().proof(text(request)));
            case SASL_FINAL -> {
                begun().verify(text(request));
                yield Optional.empty();
            }
            case GSS -> throw refused("The server asks for GSSAPI, which is not supported");
            case SSPI -> throw refused("The server asks for SSPI, which is not supported");
            default -> throw refused("The server asks for an authentication that is not known here, number " + code);
        };
    }

    private Optional<byte[]> consented() {
        if (scram != null && !scram.proven()) {
            throw new AuthFault.Unproven(credentials.subject(), null);
        }
        if (!asked) {
            accept(AuthMethod.NONE);
        }
        done = true;
        return Optional.empty();
    }

    private byte[] cleartext() {
        accept(AuthMethod.PASSWORD);
        return terminated(credentials.password().value());
    }

    /** The digest of the digest of password and user name, and of the salt. */
    private byte[] md5(ByteBuffer request) {
        accept(AuthMethod.MD5);
        if (request.remaining() != SALT_BYTES) {
            throw malformed();
        }
        var salt = new byte[SALT_BYTES];
        request.get(salt);
        var inner = md5Hex(credentials.password().value() + credentials.user(), new byte[0]);
        return terminated("md5" + md5Hex(inner, salt));
    }

    private static String md5Hex(String text, byte[] suffix) {
        try {
            var digest = MessageDigest.getInstance("MD5");
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(suffix));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every platform has MD5", e);
        }
    }

    /** The mechanism's name, and the client's first message after its length. */
    private byte[] sasl(List<String> offered) {
        accept(AuthMethod.SCRAM_SHA_256);
        var begun = Scram.begin(offered, rules().channelBinding(), channel, credentials);
        scram = begun;
        var first = begun.first();
        var reply = new ByteArrayOutputStream();
        reply.writeBytes(terminated(begun.mechanism()));
        reply.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(first.length).array());
        reply.writeBytes(first);
        return reply.toByteArray();
    }

    private Scram begun() {
        if (scram == null || scram.proven()) {
            throw malformed();
        }
        return scram;
    }

    /** One method, once: whoever asks for a second after the first is not the server. */
    private void accept(AuthMethod method) {
        if (asked) {
            throw malformed();
        }
        asked = true;
        if (!rules().accepted().contains(method)) {
            throw refused(method == AuthMethod.NONE
                    ? "The server asks for no authentication, and require_auth demands one"
                    : "The server asks for " + method.text() + ", which require_auth does not allow");
        }
        if (rules().channelBinding() == ChannelBinding.REQUIRE && method != AuthMethod.SCRAM_SHA_256) {
            throw refused("channel_binding=require, and the server asks for an authentication without it");
        }
    }

    private AuthRules rules() {
        return credentials.login().rules();
    }

    private List<String> mechanisms(ByteBuffer request) {
        var names = new ArrayList<String>();
        var name = new ByteArrayOutputStream();
        while (request.hasRemaining()) {
            var next = request.get();
            if (next != 0) {
                name.write(next);
            } else if (name.size() > 0) {
                names.add(name.toString(StandardCharsets.UTF_8));
                name.reset();
            } else {
                return names;
            }
        }
        throw malformed();
    }

    private static String text(ByteBuffer request) {
        return StandardCharsets.UTF_8.decode(request).toString();
    }

    private static byte[] terminated(String text) {
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }

    private AuthFault malformed() {
        return refused("The server does not follow the rules of authentication");
    }

    private AuthFault refused(String what) {
        return new AuthFault.Refused(what, credentials.subject(), null);
    }
}
