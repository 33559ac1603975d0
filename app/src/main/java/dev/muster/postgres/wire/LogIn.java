// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.fault.Fault;
import dev.muster.postgres.conninfo.SslMode;
import dev.muster.postgres.wire.auth.AuthFault;
import dev.muster.postgres.wire.auth.Authentication;
import dev.muster.postgres.wire.auth.Credentials;
import dev.muster.postgres.wire.tls.TlsFault;
import dev.muster.postgres.wire.transport.TransportFault;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Logs in at one destination, once in the clear and once through TLS if the settings leave that open. */
final class LogIn {

    private static final String NOT_ALLOWED = "28000";
    private static final String WRONG_PASSWORD = "28P01";
    /** No exchange takes more; a server that asks on and on is not listened to. */
    private static final int AUTHENTICATION_MESSAGES_MAX = 20;

    private final Dialer dialer;
    private final SessionKind kind;
    private final WireLimits limits;
    private final Consumer<ServerMessage> notices;
    private final Credentials credentials;

    LogIn(Dialer dialer, SessionKind kind, WireLimits limits, Consumer<ServerMessage> notices) {
        this.dialer = dialer;
        this.kind = kind;
        this.limits = limits;
        this.notices = notices;
        this.credentials = new Credentials(dialer.settings().login(), dialer.destination().host(),
                kind == SessionKind.PHYSICAL_REPLICATION);
    }

    /** A session that takes commands. */
    WireConnection logIn() {
        var mode = dialer.destination().host().isSocket() ? SslMode.DISABLE : dialer.settings().tls().mode();
        return switch (mode) {
            case DISABLE -> inTheClear();
            case ALLOW -> clearThenSecured();
            case PREFER -> securedThenClear();
            case REQUIRE, VERIFY_CA, VERIFY_FULL -> secured();
        };
    }

    private WireConnection inTheClear() {
        try {
            return clear();
        } catch (WireFault.ServerError e) {
            throw rejected(e);
        }
    }

    private WireConnection secured() {
        var budget = budget();
        try {
            return session(dialer.dialSecured(budget), budget);
        } catch (WireFault.ServerError e) {
            throw rejected(e);
        }
    }

    private WireConnection clear() {
        var budget = budget();
        return session(dialer.dialClear(budget), budget);
    }

    private WireConnection clearThenSecured() {
        try {
            return clear();
        } catch (WireFault.ServerError e) {
            if (!e.serverMessage().sqlState().equals(NOT_ALLOWED)) {
                throw rejected(e);
            }
            return secured();
        }
    }

    /** Only what the other way may heal leads to it: never a wrong password, which would then be sent in the clear. */
    private WireConnection securedThenClear() {
        var budget = budget();
        try {
            var line = dialer.dialSecured(budget);
            try {
                return session(line, budget);
            } catch (WireFault.ServerError e) {
                if (!line.secured() || !e.serverMessage().sqlState().equals(NOT_ALLOWED)) {
                    throw rejected(e);
                }
            }
        } catch (TlsFault.Failed | TlsFault.Untrusted e) {
            return afterTls(e);
        }
        return inTheClear();
    }

    private WireConnection afterTls(TlsFault fault) {
        try {
            return inTheClear();
        } catch (Fault e) {
            e.addSuppressed(fault);
            throw e;
        }
    }

    private Budget budget() {
        return Budget.of(dialer.settings().socket().connectTimeout(), dialer.timing().nanoTime());
    }

    private Fault rejected(WireFault.ServerError error) {
        var message = error.serverMessage();
        var login = message.sqlState().equals(NOT_ALLOWED) || message.sqlState().equals(WRONG_PASSWORD);
        return login ? new AuthFault.Rejected("The server answered with " + message, credentials.subject()) : error;
    }

    private WireConnection session(Line line, Budget budget) {
        var conversation = new Conversation(line.transport(), dialer.destination().toString(),
                dialer.timing().nanoTime(), limits, notices);
        try {
            conversation.send(Frontend.startup(parameters()));
            authenticate(conversation, line, budget);
            line.tls().ifPresent(tls -> tls.checkShown());
            conversation.trust();
            var key = untilReady(conversation, budget);
            return new WireConnection(conversation, dialer.destination().host(), line.secured(),
                    new Cancel(dialer, line.secured(), key)::send);
        } catch (RuntimeException e) {
            conversation.close();
            throw e;
        }
    }

    private Map<String, String> parameters() {
        var settings = dialer.settings();
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("user", settings.login().user());
        switch (kind) {
            case SQL -> parameters.put("database", settings.login().database());
            case PHYSICAL_REPLICATION -> parameters.put("replication", "true");
            case DATABASE_REPLICATION -> {
                parameters.put("database", settings.login().database());
                parameters.put("replication", "database");
            }
        }
        settings.session().options().ifPresent(options -> parameters.put("options", options));
        settings.session().applicationName().ifPresent(name -> parameters.put("application_name", name));
        parameters.put("client_encoding", "UTF8");
        return parameters;
    }

    private void authenticate(Conversation conversation, Line line, Budget budget) {
        var authentication = new Authentication(credentials, line.channel(conversation.server()));
        for (var count = 0; !authentication.done(); count++) {
            var type = conversation.nextOfAny(budget.left());
            switch (type) {
                case 0 -> throw timedOut(conversation);
                case 'R' -> authentication.answer(conversation.body().bytes())
                        .ifPresent(reply -> conversation.send(Frontend.authentication(reply)));
                case 'E' -> throw new WireFault.ServerError(ServerMessage.read(conversation.body()),
                        conversation.server());
                default -> throw conversation.violation("The server sends something else than a request to"
                        + " authenticate");
            }
            if (count >= AUTHENTICATION_MESSAGES_MAX) {
                throw conversation.violation("The server does not come to an end with authentication");
            }
        }
    }

    private static @Nullable CancelKey untilReady(Conversation conversation, Budget budget) {
        CancelKey key = null;
        while (true) {
            switch (conversation.next(budget.left())) {
                case 0 -> throw timedOut(conversation);
                case 'K' -> key = CancelKey.read(conversation.body());
                case 'Z' -> {
                    return key;
                }
                case 'E' -> throw new WireFault.ServerError(ServerMessage.read(conversation.body()),
                        conversation.server());
                default -> throw conversation.violation("The server sends a message that does not belong to a log-in");
            }
        }
    }

    private static TransportFault timedOut(Conversation conversation) {
        return new TransportFault.TimedOut("The server did not complete the log-in in time", conversation.server());
    }
}
