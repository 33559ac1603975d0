// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.tls;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import java.util.Optional;

/**
 * The digest of the server's certificate under the digest algorithm of its signature, MD5 and SHA-1 replaced by SHA-256
 * (RFC 5929, tls-server-end-point).
 */
public final class ServerBinding {

    /** The name of this kind of binding. */
    public static final String TYPE = "tls-server-end-point";

    private static final String SHA_256 = "SHA-256";

    private ServerBinding() {}

    /** The digest; nothing for a certificate whose signature has no digest algorithm, such as Ed25519. */
    public static Optional<byte[]> of(X509Certificate certificate) {
        try {
            var digest = digest(certificate);
            return digest.isEmpty()
                    ? Optional.empty()
                    : Optional.of(MessageDigest.getInstance(digest.get()).digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> digest(X509Certificate certificate) throws GeneralSecurityException {
        var algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        if (algorithm.equals("RSASSA-PSS")) {
            var parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
            try {
                parameters.init(certificate.getSigAlgParams());
            } catch (IOException e) {
                throw new GeneralSecurityException("the signature's parameters cannot be read", e);
            }
            return Optional.of(atLeastSha256(parameters.getParameterSpec(PSSParameterSpec.class)
                    .getDigestAlgorithm()));
        }
        var end = algorithm.indexOf("WITH");
        if (end < 0) {
            return Optional.empty();
        }
        return Optional.of(atLeastSha256(algorithm.substring(0, end).replaceFirst("^SHA(?=\\d)", "SHA-")));
    }

    private static String atLeastSha256(String digest) {
        return digest.equals("MD5") || digest.equals("SHA-1") || digest.equals("SHA1") ? SHA_256 : digest;
    }
}
