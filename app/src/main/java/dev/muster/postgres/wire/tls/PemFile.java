// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A file of Base64 blocks between BEGIN and END lines (RFC 7468); anything between blocks is commentary.
 *
 * @param path where it is
 * @param blocks the blocks, in the file's order
 */
record PemFile(Path path, List<Block> blocks) {

    private static final int BYTES_MAX = 4 << 20;
    private static final Pattern BLOCK = Pattern
            .compile("-----BEGIN ([A-Z0-9 ]+)-----((?:[^-]++|-(?!----))*+)-----END \\1-----");

    /**
     * One block.
     *
     * @param type what its BEGIN line says
     * @param text what is between the lines
     */
    record Block(String type, String text) {

        /** The bytes; empty where the text is not Base64. */
        byte[] der() {
            try {
                return Base64.getMimeDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                return new byte[0]; // whoever reads it as a certificate or key says what is wrong
            }
        }
    }

    /** Reads a file that must be there. */
    static PemFile read(Path path) {
        try {
            if (Files.size(path) > BYTES_MAX) {
                throw new TlsFault.Misconfigured("The file is larger than 4 MiB", path.toString(),
                        "Name a file of PEM certificates or keys.", null);
            }
            var matcher = BLOCK.matcher(Files.readString(path, StandardCharsets.ISO_8859_1));
            var blocks = new ArrayList<Block>();
            while (matcher.find()) {
                blocks.add(new Block(matcher.group(1), matcher.group(2)));
            }
            return new PemFile(path, List.copyOf(blocks));
        } catch (IOException e) {
            throw new TlsFault.Misconfigured("The file cannot be read", path.toString(),
                    "Check that it exists and that this user may read it.", e);
        }
    }

    /** The certificates in the file; there must be one. */
    List<X509Certificate> certificates() {
        try {
            var factory = CertificateFactory.getInstance("X.509");
            var certificates = new ArrayList<X509Certificate>();
            for (var block : blocks) {
                if (block.type().equals("CERTIFICATE") || block.type().equals("TRUSTED CERTIFICATE")) {
                    certificates.add((X509Certificate) factory
                            .generateCertificate(new ByteArrayInputStream(block.der())));
                }
            }
            if (certificates.isEmpty()) {
                throw new CertificateException("no certificate");
            }
            return certificates;
        } catch (CertificateException e) {
            throw new TlsFault.Misconfigured("The file does not hold PEM certificates", path.toString(),
                    "Convert it: openssl x509 -in FILE -out FILE.pem", e);
        }
    }

    /** The revocation lists in the file; there must be one. */
    List<X509CRL> revocationLists() {
        try {
            var factory = CertificateFactory.getInstance("X.509");
            var lists = new ArrayList<X509CRL>();
            for (var block : blocks) {
                if (block.type().equals("X509 CRL")) {
                    lists.add((X509CRL) factory.generateCRL(new ByteArrayInputStream(block.der())));
                }
            }
            if (lists.isEmpty()) {
                throw new CRLException("no revocation list");
            }
            return lists;
        } catch (CRLException | CertificateException e) {
            throw new TlsFault.Misconfigured("The file does not hold PEM revocation lists", path.toString(),
                    "Convert it: openssl crl -in FILE -out FILE.pem", e);
        }
    }
}
