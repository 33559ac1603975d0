// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;

/** X25519 (RFC 7748) and Ed25519 (RFC 8032) with keys as the 32 bytes that the RFCs and the format write. */
public final class Curves {

    public static final int SIGNATURE_BYTES = 64;

    private static final byte[] X25519_PUBLIC = HexFormat.of().parseHex("302a300506032b656e032100");
    private static final byte[] X25519_PRIVATE = HexFormat.of().parseHex("302e020100300506032b656e04220420");
    private static final byte[] ED25519_PUBLIC = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final byte[] ED25519_PRIVATE = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private Curves() {}

    /** The public half of an X25519 scalar. */
    public static byte[] agreementPublicOf(byte[] privateKey) {
        return new X25519PrivateKeyParameters(privateKey, 0).generatePublicKey().getEncoded();
    }

    /** The public half of an Ed25519 seed. */
    public static byte[] signingPublicOf(byte[] seed) {
        return new Ed25519PrivateKeyParameters(seed, 0).generatePublicKey().getEncoded();
    }

    /** An Ed25519 signature, 64 bytes, over the parts in order. */
    static byte[] sign(byte[] seed, byte[]... parts) {
        try {
            PrivateKey key = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(join(ED25519_PRIVATE, seed)));
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            for (byte[] part : parts) {
                signature.update(part);
            }
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("any 32 bytes are a seed", e);
        }
    }

    /** Whether this is the signature of that key over the parts in order; a malformed key or signature is a no. */
    public static boolean verifies(byte[] publicKey, byte[] signature, byte[]... parts) {
        try {
            PublicKey key = KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(join(ED25519_PUBLIC, publicKey)));
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            for (byte[] part : parts) {
                verifier.update(part);
            }
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    static PublicKey agreementPublic(byte[] publicKey) throws GeneralSecurityException {
        return KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(join(X25519_PUBLIC, publicKey)));
    }

    static PrivateKey agreementPrivate(byte[] privateKey) throws GeneralSecurityException {
        return KeyFactory.getInstance("X25519")
                .generatePrivate(new PKCS8EncodedKeySpec(join(X25519_PRIVATE, privateKey)));
    }

    private static byte[] join(byte[] prefix, byte[] key) {
        if (key.length != Kdf.KEY_BYTES) {
            throw new IllegalArgumentException("a key has 32 bytes, not " + key.length);
        }
        byte[] joined = new byte[prefix.length + key.length];
        System.arraycopy(prefix, 0, joined, 0, prefix.length);
        System.arraycopy(key, 0, joined, prefix.length, key.length);
        return joined;
    }
}
