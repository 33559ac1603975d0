// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V2TBSCertListGenerator;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/** A certificate authority for one test run: signs what it is told to sign. */
public final class TestAuthority {

    private static final Duration A_YEAR = Duration.ofDays(365);

    private final AtomicLong serials = new AtomicLong(1);
    private final X500Name name;
    private final KeyPair keys;
    private final X509Certificate certificate;

    /**
     * A certificate and its key.
     *
     * @param certificate the certificate
     * @param key its private key
     */
    public record Issued(X509Certificate certificate, PrivateKey key) {}

    /** What a certificate is to say. */
    public record Wanted(String subject, List<GeneralName> names, Instant from, Instant to, String keyAlgorithm) {

        public static Wanted of(String subject, GeneralName... names) {
            var now = Instant.now();
            return new Wanted(subject, List.of(names), now.minus(A_YEAR), now.plus(A_YEAR), "EC");
        }

        public Wanted between(Instant newFrom, Instant newTo) {
            return new Wanted(subject, names, newFrom, newTo, keyAlgorithm);
        }

        public Wanted withKey(String algorithm) {
            return new Wanted(subject, names, from, to, algorithm);
        }
    }

    public TestAuthority(String commonName) {
        this(commonName, Instant.now().plus(A_YEAR));
    }

    public TestAuthority(String commonName, Instant until) {
        try {
            name = new X500Name("CN=" + commonName);
            keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
            certificate = sign(name, keys, until.minus(A_YEAR.multipliedBy(2)), until, List.of(), true);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static GeneralName dns(String text) {
        return new GeneralName(GeneralName.dNSName, text);
    }

    public static GeneralName ip(String text) {
        return new GeneralName(GeneralName.iPAddress, text);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    public Issued issue(Wanted wanted) {
        try {
            var pair = KeyPairGenerator.getInstance(wanted.keyAlgorithm()).generateKeyPair();
            return new Issued(
                    sign(new X500Name(wanted.subject()), pair, wanted.from(), wanted.to(), wanted.names(), false),
                    pair.getPrivate());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate sign(X500Name subject, KeyPair pair, Instant from, Instant to, List<GeneralName> names,
            boolean authority) throws GeneralSecurityException, IOException {
        var tbs = new V3TBSCertificateGenerator();
        tbs.setSerialNumber(new ASN1Integer(BigInteger.valueOf(serials.getAndIncrement())));
        tbs.setSignature(algorithm());
        tbs.setIssuer(name);
        tbs.setSubject(subject);
        tbs.setStartDate(new Time(Date.from(from)));
        tbs.setEndDate(new Time(Date.from(to)));
        tbs.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
        var extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        if (!names.isEmpty()) {
            extensions.addExtension(Extension.subjectAlternativeName, false,
                    new GeneralNames(names.toArray(new GeneralName[0])));
        }
        tbs.setExtensions(extensions.generate());
        var encoded = signed(tbs.generateTBSCertificate(), authority && subject.equals(name) ? pair : keys);
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(encoded));
    }

    /** The PEM text of a list that revokes these certificates. */
    public String revocationList(X509Certificate... revoked) {
        try {
            var tbs = new V2TBSCertListGenerator();
            tbs.setSignature(algorithm());
            tbs.setIssuer(name);
            tbs.setThisUpdate(new Time(Date.from(Instant.now().minus(Duration.ofDays(1)))));
            tbs.setNextUpdate(new Time(Date.from(Instant.now().plus(Duration.ofDays(1)))));
            for (var each : revoked) {
                tbs.addCRLEntry(new ASN1Integer(each.getSerialNumber()),
                        new Time(Date.from(Instant.now().minus(Duration.ofDays(1)))), 0);
            }
            return pem("X509 CRL", signed(tbs.generateTBSCertList(), keys));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static AlgorithmIdentifier algorithm() {
        return new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.10045.4.3.2")); // ecdsa-with-SHA256
    }

    private static byte[] signed(ASN1Encodable tbs, KeyPair signer) throws GeneralSecurityException, IOException {
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(signer.getPrivate());
        signature.update(tbs.toASN1Primitive().getEncoded("DER"));
        var whole = new ASN1EncodableVector();
        whole.add(tbs);
        whole.add(algorithm());
        whole.add(new DERBitString(signature.sign()));
        return new DERSequence(whole).getEncoded("DER");
    }

    /** A file with the authority's own certificate. */
    public Path writeRoot(Path file) {
        return write(file, pem(certificate));
    }

    public static Path write(Path file, String text) {
        try {
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file,
                    PosixFilePermissions.fromString("rw-------"));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String pem(X509Certificate each) {
        try {
            return pem("CERTIFICATE", each.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String pem(Key key) {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    public static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der)
                + "\n-----END " + type + "-----\n";
    }
}
