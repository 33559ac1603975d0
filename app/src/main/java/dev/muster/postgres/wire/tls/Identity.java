// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.tls;

import dev.muster.postgres.conninfo.ClientIdentity;
import dev.muster.postgres.conninfo.SslCertMode;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The client's certificate and key, shown whenever the server asks, whichever authorities it names: it then decides,
 * and says in its log what it did not like. Remembers whether the server asked.
 */
final class Identity extends X509ExtendedKeyManager {

    private static final String ALIAS = "client";

    private record Certified(List<X509Certificate> chain, PrivateKey key) {}

    private final @Nullable Certified certified;
    private volatile boolean asked;

    private Identity(@Nullable Certified certified) {
        this.certified = certified;
    }

    /** Reads the files; a certificate that is not there is no certificate, as in libpq. */
    static Identity load(ClientIdentity settings) {
        var certificate = settings.certificate().filter(Files::exists);
        if (settings.mode() == SslCertMode.DISABLE || certificate.isEmpty()) {
            return new Identity(null);
        }
        var key = settings.key().filter(Files::exists);
        if (key.isEmpty()) {
            throw new TlsFault.Misconfigured("There is a client certificate but not its private key",
                    settings.key().map(Path::toString).orElse("sslkey"), "Let sslkey name the private key.", null);
        }
        var chain = PemFile.read(certificate.get()).certificates();
        var privateKey = new PrivateKeyFile(key.get(), settings.keyPassword()).read();
        return new Identity(new Certified(chain, privateKey));
    }

    boolean present() {
        return certified != null;
    }

    /** Whether the server asked for a certificate. */
    boolean asked() {
        return asked;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        asked = true;
        var fits = certified != null && List.of(keyTypes).contains(certified.key().getAlgorithm());
        return fits ? ALIAS : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return certified == null ? null : certified.chain().toArray(new X509Certificate[0]);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return certified == null ? null : certified.key();
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return null;
    }
}
