// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.tls;

import dev.muster.postgres.conninfo.SslCertMode;
import dev.muster.postgres.conninfo.SslMode;
import dev.muster.postgres.conninfo.SslNegotiation;
import dev.muster.postgres.conninfo.TlsSettings;
import dev.muster.postgres.conninfo.TlsVersion;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;

/** The client's side of TLS for one connection: made for a host, used once, asked afterwards what came of it. */
public final class ClientTls {

    /** The name of PostgreSQL's protocol in the negotiation of application protocols (ALPN). */
    public static final String PROTOCOL = "postgresql";

    private final TlsSettings settings;
    private final String host;
    private final Identity identity;
    private final SSLEngine engine;

    private ClientTls(TlsSettings settings, String host, Identity identity, SSLEngine engine) {
        this.settings = settings;
        this.host = host;
        this.identity = identity;
        this.engine = engine;
    }

    /**
     * Reads the files that the settings name.
     *
     * @param settings what is asked of TLS
     * @param host the host's name as the user gave it; empty if only an address was given
     * @param clock decides whether certificates are in force
     */
    public static ClientTls prepare(TlsSettings settings, String host, InstantSource clock) {
        if (settings.mode() == SslMode.VERIFY_FULL && host.isEmpty()) {
            throw new TlsFault.Misconfigured("There is no host name to check the server's certificate against",
                    "host", "Give host as well as hostaddr.", null);
        }
        var identity = Identity.load(settings.identity());
        if (settings.identity().mode() == SslCertMode.REQUIRE && !identity.present()) {
            throw new TlsFault.Misconfigured("sslcertmode=require, and there is no client certificate", "sslcert",
                    "Let sslcert name the client's certificate.", null);
        }
        var name = settings.mode() == SslMode.VERIFY_FULL
                ? Optional.of(new PeerName(host))
                : Optional.<PeerName>empty();
        var trust = new ServerTrust(new Roots(settings, clock.instant()).load(), name, clock);
        return new ClientTls(settings, host, identity, engine(identity, trust, settings, host));
    }

    /** A context for each connection: a shared one would resume sessions, which are not checked again. */
    private static SSLEngine engine(Identity identity, ServerTrust trust, TlsSettings settings, String host) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[]{identity}, new TrustManager[]{trust}, null);
            var engine = context.createSSLEngine();
            engine.setUseClientMode(true);
            var parameters = engine.getSSLParameters();
            parameters.setProtocols(protocols(settings));
            parameters.setApplicationProtocols(new String[]{PROTOCOL});
            if (settings.sendHostName()) {
                serverName(host).ifPresent(name -> parameters.setServerNames(List.of(name)));
            }
            engine.setSSLParameters(parameters);
            return engine;
        } catch (GeneralSecurityException e) {
            throw new TlsFault.Failed("The platform's TLS cannot be started", host.isEmpty() ? "TLS" : host, e);
        }
    }

    private static String[] protocols(TlsSettings settings) {
        var versions = settings.versions();
        return Arrays.stream(TlsVersion.values())
                .filter(each -> each.compareTo(versions.lowest()) >= 0 && each.compareTo(versions.highest()) <= 0)
                .map(TlsVersion::text)
                .toArray(String[]::new);
    }

    /** A name, not an address; as bytes, because names with underscores are in use and the text form refuses them. */
    private static Optional<SNIServerName> serverName(String host) {
        var numeric = host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        if (numeric) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SNIHostName(host.getBytes(StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not a name that DNS could hold: the server does without
        }
    }

    /** The engine that does the work; one connection's. */
    public SSLEngine engine() {
        return engine;
    }

    /** After the handshake: what it must have agreed on beyond what the engine itself checks. */
    public void checkAgreed() {
        var protocol = engine.getApplicationProtocol();
        var agreed = protocol != null && !protocol.isEmpty();
        if (agreed && !PROTOCOL.equals(protocol)) {
            throw new TlsFault.Failed("The server chose another protocol than PostgreSQL's", host, null);
        }
        if (!agreed && settings.negotiation() == SslNegotiation.DIRECT) {
            throw new TlsFault.Failed("The server did not confirm PostgreSQL's protocol, as sslnegotiation=direct"
                    + " demands", host, null);
        }
    }

    /** After authentication: a certificate that had to be shown must have been asked for. */
    public void checkShown() {
        if (settings.identity().mode() == SslCertMode.REQUIRE && !identity.asked()) {
            throw new TlsFault.Failed("The server did not ask for the client certificate that sslcertmode=require"
                    + " demands", host, null);
        }
    }
}
