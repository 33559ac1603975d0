// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Encoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KEM;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hybrid public key encryption, RFC 9180: DHKEM(X25519, HKDF-SHA256) as Java has it, and on top of it the key schedule
 * of section 5.1 with HKDF-SHA256 and AES-256-GCM, in the two modes that docs/format.md uses: base with one sealed
 * message, and PSK with one exported secret. It takes its randomness from the caller, which the library at hand does
 * not.
 */
public final class Hpke {

    /** Bytes of an encapsulated X25519 key. */
    public static final int ENCAPSULATION_BYTES = 32;

    private static final byte MODE_BASE = 0;
    private static final byte MODE_PSK = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final byte[] NOTHING = {};
    private static final byte[] SUITE = new Encoder().raw(ascii("HPKE")).u16(0x0020).u16(0x0001).u16(0x0002)
            .toByteArray();

    private Hpke() {}

    /** A secret that sender and receiver share, known by this encapsulation. */
    @SuppressWarnings("ArrayRecordComponent")
    record Exported(byte[] encapsulation, byte[] secret) {}

    /** What both sides mix into the secret: a shared secret of their own, its name, and what it is for. */
    @SuppressWarnings("ArrayRecordComponent")
    record Context(byte[] psk, byte[] pskId, byte[] info) {}

    /** Mode PSK, sender: a new secret of 32 bytes for the holder of the private key. */
    static Exported send(byte[] publicKey, Context context, String exporterContext, SecureRandom random) {
        try {
            KEM.Encapsulated to = encapsulate(publicKey, random);
            Schedule schedule = schedule(MODE_PSK, to.key().getEncoded(), context);
            return new Exported(to.encapsulation(), export(schedule, exporterContext));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the opening public key was checked when it was read", e);
        }
    }

    /** Mode PSK, receiver. Another PSK or private key yields another secret, not an exception. */
    static byte[] receive(byte[] privateKey, byte[] encapsulation, Context context, String exporterContext)
            throws GeneralSecurityException {
        return export(schedule(MODE_PSK, decapsulate(privateKey, encapsulation), context), exporterContext);
    }

    /** Mode base: encapsulation and ciphertext of one message, with no associated data. */
    public static byte[] seal(byte[] publicKey, byte[] info, byte[] message, SecureRandom random)
            throws GeneralSecurityException {
        KEM.Encapsulated to = encapsulate(publicKey, random);
        Schedule schedule = schedule(MODE_BASE, to.key().getEncoded(), new Context(NOTHING, NOTHING, info));
        byte[] ciphertext = cipher(Cipher.ENCRYPT_MODE, schedule).doFinal(message);
        return new Encoder().raw(to.encapsulation()).raw(ciphertext).toByteArray();
    }

    /** Mode base: the message that {@link #seal} sealed. */
    public static byte[] open(byte[] privateKey, byte[] info, byte[] sealed) throws GeneralSecurityException {
        if (sealed.length < ENCAPSULATION_BYTES + TAG_BYTES) {
            throw new GeneralSecurityException("too short");
        }
        byte[] shared = decapsulate(privateKey, Arrays.copyOf(sealed, ENCAPSULATION_BYTES));
        Schedule schedule = schedule(MODE_BASE, shared, new Context(NOTHING, NOTHING, info));
        return cipher(Cipher.DECRYPT_MODE, schedule).doFinal(sealed, ENCAPSULATION_BYTES,
                sealed.length - ENCAPSULATION_BYTES);
    }

    /** Encap of RFC 9180, section 4.1; an agreement of all zeros is refused. */
    private static KEM.Encapsulated encapsulate(byte[] publicKey, SecureRandom random)
            throws GeneralSecurityException {
        try {
            return KEM.getInstance("DHKEM").newEncapsulator(Curves.agreementPublic(publicKey), random).encapsulate();
        } catch (ProviderException e) {
            throw new GeneralSecurityException(e);
        }
    }

    /** Decap of RFC 9180, section 4.1; an agreement of all zeros is refused. */
    static byte[] decapsulate(byte[] privateKey, byte[] encapsulation) throws GeneralSecurityException {
        try {
            return KEM.getInstance("DHKEM")
                    .newDecapsulator(Curves.agreementPrivate(privateKey))
                    .decapsulate(encapsulation)
                    .getEncoded();
        } catch (ProviderException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static Cipher cipher(int mode, Schedule schedule) throws GeneralSecurityException {
        byte[] key = expand(schedule.secret, "key", schedule.context, Kdf.KEY_BYTES);
        byte[] nonce = expand(schedule.secret, "base_nonce", schedule.context, NONCE_BYTES);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG_BYTES, nonce));
        return cipher;
    }

    private static byte[] export(Schedule schedule, String exporterContext) {
        byte[] exporter = expand(schedule.secret, "exp", schedule.context, Kdf.KEY_BYTES);
        return expand(exporter, "sec", ascii(exporterContext), Kdf.KEY_BYTES);
    }

    private static Schedule schedule(byte mode, byte[] shared, Context with) {
        byte[] context = new Encoder().u8(mode)
                .raw(extract(NOTHING, "psk_id_hash", with.pskId))
                .raw(extract(NOTHING, "info_hash", with.info))
                .toByteArray();
        return new Schedule(extract(shared, "secret", with.psk), context);
    }

    /** LabeledExtract of RFC 9180, section 4. */
    private static byte[] extract(byte[] salt, String label, byte[] material) {
        Mac mac = Kdf.hmac(salt.length == 0 ? new byte[Kdf.KEY_BYTES] : salt);
        return mac.doFinal(
                new Encoder().raw(ascii("HPKE-v1")).raw(SUITE).raw(ascii(label)).raw(material).toByteArray());
    }

    /** LabeledExpand of RFC 9180, section 4, for one block of output. */
    private static byte[] expand(byte[] key, String label, byte[] info, int length) {
        byte[] block = Kdf.hmac(key).doFinal(new Encoder().u16(length)
                .raw(ascii("HPKE-v1"))
                .raw(SUITE)
                .raw(ascii(label))
                .raw(info)
                .u8(1)
                .toByteArray());
        return Arrays.copyOf(block, length);
    }

    private static byte[] ascii(String label) {
        return label.getBytes(StandardCharsets.US_ASCII);
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Schedule(byte[] secret, byte[] context) {}
}
