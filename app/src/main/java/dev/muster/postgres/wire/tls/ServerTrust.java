// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.tls;

import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a server's certificate: by its chain if there are roots, and by its name if one is demanded. Without
 * either, any certificate will do: sslmode prefer and require without a root certificate.
 */
final class ServerTrust extends X509ExtendedTrustManager {

    /** A refusal, in words for the user. */
    static final class Refused extends CertificateException {

        private static final long serialVersionUID = 1;

        Refused(String what, @Nullable Throwable cause) {
            super(what, cause);
        }
    }

    private final Optional<X509ExtendedTrustManager> chain;
    private final Optional<PeerName> name;
    private final InstantSource clock;

    ServerTrust(Optional<X509ExtendedTrustManager> chain, Optional<PeerName> name, InstantSource clock) {
        this.chain = chain;
        this.name = name;
        this.clock = clock;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String kind, SSLEngine engine)
            throws CertificateException {
        if (chain.isPresent()) {
            checkChain(certificates, kind, engine, chain.get());
        }
        if (name.isPresent()) {
            var mismatch = name.get().mismatch(certificates[0]);
            if (mismatch.isPresent()) {
                throw new Refused(mismatch.get(), null);
            }
        }
    }

    private void checkChain(X509Certificate[] certificates, String kind, SSLEngine engine,
            X509ExtendedTrustManager roots) throws CertificateException {
        try {
            // A certificate that is itself a root is taken without a look at its dates.
            certificates[0].checkValidity(Date.from(clock.instant()));
            roots.checkServerTrusted(certificates, kind, engine);
        } catch (CertificateException e) {
            throw new Refused(reason(e), e);
        }
    }

    private static String reason(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return "The server's certificate, or one above it, has expired";
            }
            if (cause instanceof CertificateNotYetValidException) {
                return "The server's certificate, or one above it, is not valid yet";
            }
            if (cause instanceof CertPathValidatorException path && path.getReason() == BasicReason.REVOKED) {
                return "The server's certificate, or one above it, has been revoked";
            }
            if (cause instanceof CertPathValidatorException path
                    && path.getReason() == BasicReason.UNDETERMINED_REVOCATION_STATUS) {
                return "No valid revocation list covers the server's certificate";
            }
        }
        return "No authority that is trusted has signed the server's certificate";
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String kind) throws CertificateException {
        throw new CertificateException("only connections of this client are judged");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String kind, Socket socket)
            throws CertificateException {
        throw new CertificateException("only connections of this client are judged");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String kind) throws CertificateException {
        throw new CertificateException("this is not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String kind, Socket socket)
            throws CertificateException {
        throw new CertificateException("this is not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String kind, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("this is not a server");
    }
}
