// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;

/**
 * Puts private keys of the older forms into PKCS#8 (RFC 5208), which is the one that Java reads: a sequence of version
 * 0, the algorithm, and the older form as an octet string.
 */
final class Pkcs8 {

    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final int OBJECT_ID = 0x06;
    private static final int SEQUENCE = 0x30;
    private static final int CURVE = 0xA0;
    private static final byte[] VERSION = {INTEGER, 1, 0};
    /** rsaEncryption, 1.2.840.113549.1.1.1, and NULL. */
    private static final byte[] RSA = {OBJECT_ID, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 1,
            5, 0};
    /** id-ecPublicKey, 1.2.840.10045.2.1; the curve's name follows. */
    private static final byte[] EC = {OBJECT_ID, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};

    private Pkcs8() {}

    /** From an RSA key of PKCS#1 (RFC 8017, RSAPrivateKey). */
    static byte[] fromPkcs1(byte[] key) {
        return field(SEQUENCE, VERSION, field(SEQUENCE, RSA), field(OCTETS, key));
    }

    /** From an EC key of SEC1 (RFC 5915, ECPrivateKey), which must name its curve. */
    static byte[] fromSec1(byte[] key) throws GeneralSecurityException {
        try {
            var fields = ByteBuffer.wrap(key);
            contents(fields, SEQUENCE);
            skip(fields);
            skip(fields);
            var curve = new byte[contents(fields, CURVE)];
            fields.get(curve);
            return field(SEQUENCE, VERSION, field(SEQUENCE, EC, curve), field(OCTETS, key));
        } catch (RuntimeException e) {
            throw new GeneralSecurityException("not an EC private key with a named curve", e);
        }
    }

    /** Steps into a field of this type; returns its length. */
    private static int contents(ByteBuffer fields, int type) {
        if ((fields.get() & 0xFF) != type) {
            throw new IllegalArgumentException("not a field of type " + type);
        }
        var length = fields.get() & 0xFF;
        if (length < 0x80) {
            return length;
        }
        var bytes = length & 0x7F;
        if (bytes < 1 || bytes > 3) {
            throw new IllegalArgumentException("not a plausible length");
        }
        length = 0;
        for (var i = 0; i < bytes; i++) {
            length = length << 8 | (fields.get() & 0xFF);
        }
        return length;
    }

    private static void skip(ByteBuffer fields) {
        var length = contents(fields, fields.get(fields.position()) & 0xFF);
        fields.position(fields.position() + length);
    }

    private static byte[] field(int type, byte[]... parts) {
        var body = new ByteArrayOutputStream();
        for (var part : parts) {
            body.writeBytes(part);
        }
        var out = new ByteArrayOutputStream();
        out.write(type);
        if (body.size() < 0x80) {
            out.write(body.size());
        } else {
            out.write(0x83);
            out.write(body.size() >>> 16);
            out.write(body.size() >>> 8);
            out.write(body.size());
        }
        out.writeBytes(body.toByteArray());
        return out.toByteArray();
    }
}
