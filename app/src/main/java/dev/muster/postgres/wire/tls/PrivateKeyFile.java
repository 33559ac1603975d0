// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.tls;

import dev.muster.postgres.conninfo.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** A file with one private key: PKCS#8 plain or encrypted, or the older PKCS#1 (RSA) and SEC1 (EC) plain. */
final class PrivateKeyFile {

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "RSASSA-PSS", "EdDSA");
    private static final Set<PosixFilePermission> OWNER = EnumSet.of(PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);
    private static final String PBES2 = "1.2.840.113549.1.5.13";

    private final Path path;
    private final Optional<Secret> password;

    PrivateKeyFile(Path path, Optional<Secret> password) {
        this.path = path;
        this.password = password;
    }

    PrivateKey read() {
        refuseOpenFile();
        for (var block : PemFile.read(path).blocks()) {
            if (block.type().endsWith("PRIVATE KEY")) {
                return key(block);
            }
        }
        throw misconfigured("The file does not hold a PEM private key", null);
    }

    /** libpq's rule: nobody but the owner, except that root's file may be readable by its group. */
    private void refuseOpenFile() {
        try {
            var file = Files.readAttributes(path, PosixFileAttributes.class);
            var allowed = EnumSet.copyOf(OWNER);
            if (file.owner().getName().equals("root")) {
                allowed.add(PosixFilePermission.GROUP_READ);
            }
            if (!allowed.containsAll(file.permissions())) {
                throw new TlsFault.Misconfigured("The private key is open to others than its owner", path.toString(),
                        "chmod 600 the file.", null);
            }
        } catch (IOException e) {
            throw new TlsFault.Misconfigured("The private key cannot be read", path.toString(),
                    "Let sslkey name the key that belongs to sslcert.", e);
        }
    }

    private PrivateKey key(PemFile.Block block) {
        if (block.text().contains("ENCRYPTED")) {
            throw misconfigured("The private key is encrypted in the old way of OpenSSL", null);
        }
        try {
            var pkcs8 = switch (block.type()) {
                case "PRIVATE KEY" -> block.der();
                case "ENCRYPTED PRIVATE KEY" -> decrypted(block.der());
                case "RSA PRIVATE KEY" -> Pkcs8.fromPkcs1(block.der());
                case "EC PRIVATE KEY" -> Pkcs8.fromSec1(block.der());
                default -> throw misconfigured("This kind of private key is not supported", null);
            };
            return decoded(pkcs8);
        } catch (GeneralSecurityException | IOException e) {
            throw misconfigured("The private key cannot be read", e);
        }
    }

    private static PrivateKey decoded(byte[] pkcs8) throws GeneralSecurityException {
        var failure = new GeneralSecurityException("not a private key of " + ALGORITHMS);
        for (var algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException e) {
                failure.addSuppressed(e);
            }
        }
        throw failure;
    }

    private byte[] decrypted(byte[] der) throws GeneralSecurityException, IOException {
        var info = new EncryptedPrivateKeyInfo(der);
        if (password.isEmpty()) {
            throw new TlsFault.Misconfigured("The private key is encrypted and there is no sslpassword",
                    path.toString(), "Give sslpassword.", null);
        }
        var parameters = info.getAlgParameters();
        var name = info.getAlgName();
        // The parameters of PBES2 name the two algorithms that it is made of.
        var algorithm = name.equals("PBES2") || name.equals(PBES2) ? parameters.toString() : name;
        var secret = SecretKeyFactory.getInstance(algorithm)
                .generateSecret(new PBEKeySpec(password.get().value().toCharArray()));
        var cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.DECRYPT_MODE, secret, parameters);
        return cipher.doFinal(info.getEncryptedData());
    }

    private TlsFault misconfigured(String what, @Nullable Throwable cause) {
        return new TlsFault.Misconfigured(what, path.toString(),
                "Check sslkey and sslpassword, or convert the key: openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE"
                        + " -out FILE.p8",
                cause);
    }
}
