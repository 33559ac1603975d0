// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every keyword of libpq, to version 18, with the environment variable behind it and what Muster makes of it. */
enum Keyword {
    SERVICE("service", "PGSERVICE"), USER("user", "PGUSER"), PASSWORD("password", "PGPASSWORD"), PASSFILE("passfile",
            "PGPASSFILE"), CHANNEL_BINDING("channel_binding", "PGCHANNELBINDING"), CONNECT_TIMEOUT("connect_timeout",
                    "PGCONNECT_TIMEOUT"), DBNAME("dbname", "PGDATABASE"), HOST("host", "PGHOST"), HOSTADDR("hostaddr",
                            "PGHOSTADDR"), PORT("port", "PGPORT"), OPTIONS("options", "PGOPTIONS"), APPLICATION_NAME(
                                    "application_name",
                                    "PGAPPNAME"), FALLBACK_APPLICATION_NAME("fallback_application_name",
                                            null), KEEPALIVES("keepalives", null), KEEPALIVES_IDLE("keepalives_idle",
                                                    null), KEEPALIVES_INTERVAL("keepalives_interval",
                                                            null), KEEPALIVES_COUNT("keepalives_count", null), SSLMODE(
                                                                    "sslmode",
                                                                    "PGSSLMODE"), SSLNEGOTIATION("sslnegotiation",
                                                                            "PGSSLNEGOTIATION"), SSLCERT("sslcert",
                                                                                    "PGSSLCERT"), SSLKEY("sslkey",
                                                                                            "PGSSLKEY"), SSLPASSWORD(
                                                                                                    "sslpassword",
                                                                                                    null), SSLCERTMODE(
                                                                                                            "sslcertmode",
                                                                                                            "PGSSLCERTMODE"), SSLROOTCERT(
                                                                                                                    "sslrootcert",
                                                                                                                    "PGSSLROOTCERT"), SSLCRL(
                                                                                                                            "sslcrl",
                                                                                                                            "PGSSLCRL"), SSLSNI(
                                                                                                                                    "sslsni",
                                                                                                                                    "PGSSLSNI"), SSL_MIN_PROTOCOL_VERSION(
                                                                                                                                            "ssl_min_protocol_version",
                                                                                                                                            "PGSSLMINPROTOCOLVERSION"), SSL_MAX_PROTOCOL_VERSION(
                                                                                                                                                    "ssl_max_protocol_version",
                                                                                                                                                    "PGSSLMAXPROTOCOLVERSION"), REQUIREPEER(
                                                                                                                                                            "requirepeer",
                                                                                                                                                            "PGREQUIREPEER"), REQUIRE_AUTH(
                                                                                                                                                                    "require_auth",
                                                                                                                                                                    "PGREQUIREAUTH"), GSSENCMODE(
                                                                                                                                                                            "gssencmode",
                                                                                                                                                                            "PGGSSENCMODE"), TARGET_SESSION_ATTRS(
                                                                                                                                                                                    "target_session_attrs",
                                                                                                                                                                                    "PGTARGETSESSIONATTRS"), LOAD_BALANCE_HOSTS(
                                                                                                                                                                                            "load_balance_hosts",
                                                                                                                                                                                            "PGLOADBALANCEHOSTS"), MIN_PROTOCOL_VERSION(
                                                                                                                                                                                                    "min_protocol_version",
                                                                                                                                                                                                    "PGMINPROTOCOLVERSION"), MAX_PROTOCOL_VERSION(
                                                                                                                                                                                                            "max_protocol_version",
                                                                                                                                                                                                            "PGMAXPROTOCOLVERSION"),

    CLIENT_ENCODING("client_encoding", "PGCLIENTENCODING", Use.WITHOUT_EFFECT), REPLICATION("replication", null,
            Use.WITHOUT_EFFECT), SSLCOMPRESSION("sslcompression", "PGSSLCOMPRESSION",
                    Use.WITHOUT_EFFECT), TCP_USER_TIMEOUT("tcp_user_timeout", null, Use.WITHOUT_EFFECT), KRBSRVNAME(
                            "krbsrvname", "PGKRBSRVNAME",
                            Use.WITHOUT_EFFECT), GSSLIB("gsslib", "PGGSSLIB", Use.WITHOUT_EFFECT), GSSDELEGATION(
                                    "gssdelegation", "PGGSSDELEGATION", Use.WITHOUT_EFFECT),

    SSLCRLDIR("sslcrldir", "PGSSLCRLDIR", Use.REFUSED), SSLKEYLOGFILE("sslkeylogfile", null,
            Use.REFUSED), SCRAM_CLIENT_KEY("scram_client_key", null, Use.REFUSED), SCRAM_SERVER_KEY("scram_server_key",
                    null, Use.REFUSED), OAUTH_ISSUER("oauth_issuer", null, Use.REFUSED), OAUTH_CLIENT_ID(
                            "oauth_client_id", null, Use.REFUSED), OAUTH_CLIENT_SECRET("oauth_client_secret", null,
                                    Use.REFUSED), OAUTH_SCOPE("oauth_scope", null, Use.REFUSED);

    /** What becomes of a keyword that is given. */
    enum Use {
        /** It does what libpq's manual says. */
        HONOURED,
        /** It is accepted: the session decides it by itself (encoding, replication), or it cannot matter here. */
        WITHOUT_EFFECT,
        /** Ignoring it would do something else than the user asked for. */
        REFUSED
    }

    private static final Map<String, Keyword> BY_NAME = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(Keyword::text, Function.identity()));

    private final String text;
    private final @Nullable String variable;
    private final Use use;

    Keyword(String text, @Nullable String variable) {
        this(text, variable, Use.HONOURED);
    }

    Keyword(String text, @Nullable String variable, Use use) {
        this.text = text;
        this.variable = variable;
        this.use = use;
    }

    static Optional<Keyword> named(String text) {
        return Optional.ofNullable(BY_NAME.get(text));
    }

    /** The keyword as it is written. */
    String text() {
        return text;
    }

    /** The environment variable that says the same, if there is one. */
    Optional<String> variable() {
        return Optional.ofNullable(variable);
    }

    Use use() {
        return use;
    }
}
