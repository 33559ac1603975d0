// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.tls;

import dev.muster.postgres.conninfo.TlsSettings;
import dev.muster.postgres.conninfo.TrustRoots;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** Loads the certificates that are trusted, and the lists of those that are no longer. */
record Roots(TlsSettings settings, Instant now) {

    /** Where Debian, Red Hat, Alpine and others keep the authorities that the system trusts. */
    private static final List<Path> SYSTEM_BUNDLES = List.of(Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"), Path.of("/etc/ssl/cert.pem"));

    /** What checks chains; nothing if there is no root certificate and none is demanded. */
    Optional<X509ExtendedTrustManager> load() {
        try {
            var certificates = certificates();
            return certificates.isEmpty() ? Optional.empty() : Optional.of(checker(certificates));
        } catch (GeneralSecurityException e) {
            throw new TlsFault.Misconfigured("The root certificates cannot be used", subject(),
                    "Check sslrootcert and sslcrl.", e);
        }
    }

    private String subject() {
        return roots().file().map(Path::toString).orElse("sslrootcert=system");
    }

    private TrustRoots roots() {
        return settings.roots();
    }

    private List<X509Certificate> certificates() throws GeneralSecurityException {
        if (roots().system()) {
            return systemCertificates();
        }
        if (roots().file().filter(Files::exists).isPresent()) {
            return PemFile.read(roots().file().get()).certificates();
        }
        if (settings.mode().demandsTrust()) {
            throw new TlsFault.Misconfigured("There is no root certificate to check the server against",
                    roots().file().map(Path::toString).orElse("sslrootcert"),
                    "Let sslrootcert name the file of the authority that signed the server's certificate, or set"
                            + " sslrootcert=system, or lower sslmode to require.",
                    null);
        }
        return List.of();
    }

    private static List<X509Certificate> systemCertificates() throws GeneralSecurityException {
        for (var bundle : SYSTEM_BUNDLES) {
            if (Files.isReadable(bundle)) {
                return PemFile.read(bundle).certificates();
            }
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()))
                .toList();
    }

    private X509ExtendedTrustManager checker(List<X509Certificate> certificates) throws GeneralSecurityException {
        var anchors = certificates.stream()
                .filter(this::validNow)
                .map(each -> new TrustAnchor(each, null))
                .collect(Collectors.toSet());
        if (anchors.isEmpty()) {
            throw new TlsFault.Misconfigured("All root certificates have expired", subject(),
                    "Get the authority's new certificate.", null);
        }
        var parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
        parameters.setDate(Date.from(now));
        parameters.setRevocationEnabled(false);
        var lists = revocationLists();
        if (!lists.isEmpty()) {
            checkRevocation(parameters, lists);
        }
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return extended(factory.getTrustManagers());
    }

    /** Java takes a root without a look at its dates; libpq's library does not. */
    private boolean validNow(X509Certificate certificate) {
        return !now.isAfter(certificate.getNotAfter().toInstant())
                && !now.isBefore(certificate.getNotBefore().toInstant());
    }

    private List<X509CRL> revocationLists() {
        var file = roots().revoked();
        if (file.isEmpty() || !(roots().revokedNamed() || Files.exists(file.get()))) {
            return List.of();
        }
        return PemFile.read(file.get()).revocationLists();
    }

    /** By the lists in the file alone: nothing is fetched. */
    private static void checkRevocation(PKIXBuilderParameters parameters, List<X509CRL> lists)
            throws GeneralSecurityException {
        var checker = (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
        checker.setOptions(EnumSet.of(Option.PREFER_CRLS, Option.NO_FALLBACK));
        parameters.setRevocationEnabled(true);
        parameters.addCertPathChecker(checker);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
    }

    private static X509ExtendedTrustManager extended(TrustManager[] managers) {
        return (X509ExtendedTrustManager) Arrays.stream(managers)
                .filter(X509ExtendedTrustManager.class::isInstance)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the platform has no PKIX trust manager"));
    }
}
