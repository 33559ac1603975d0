// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Kdf;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** How a slot's key is made of what unlocks it: the "KDF parameters" of docs/format.md, section 5. */
@SuppressWarnings("ArrayRecordComponent")
sealed interface Derivation {

    int SALT_BYTES = 16;
    /** Of UTF-8 for one char; a pair of surrogates has four. */
    int UTF8_BYTES_MAX = 3;

    SlotKind kind();

    /** What one attempt costs, to try the cheap ones first. */
    long work();

    /** What one attempt takes, in bytes of heap. */
    long memoryBytes();

    void encode(Encoder out);

    /**
     * The slot's key of 32 bytes.
     *
     * @param key of this {@link #kind}
     */
    byte[] keyOf(KeySource key);

    /** Parameters with a new salt for a slot that this key shall unlock. */
    static Derivation fresh(KeySource key, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return switch (key) {
            case KeySource.Passphrase passphrase -> new Argon2id(passphrase.cost(), salt);
            case KeySource.RawKey raw -> new Hkdf(salt);
        };
    }

    /** Reads the parameters and refuses those out of bounds, before any work is done with them. */
    static Derivation decode(SlotKind kind, Decoder in) {
        return switch (kind) {
            case PASSPHRASE -> {
                long memoryKib = in.u32();
                long passes = in.u32();
                int lanes = in.u8();
                if (!PassphraseCost.isAllowed(memoryKib, passes, lanes)) {
                    throw in.damage("Argon2id with " + memoryKib + " KiB, " + passes + " passes, " + lanes + " lanes");
                }
                yield new Argon2id(new PassphraseCost((int) memoryKib, (int) passes, lanes), in.raw(SALT_BYTES));
            }
            case RAW_KEY -> new Hkdf(in.raw(SALT_BYTES));
        };
    }

    /** RFC 9106, version 0x13, over the passphrase in NFKC as UTF-8. */
    record Argon2id(PassphraseCost cost, byte[] salt) implements Derivation {

        @Override
        public SlotKind kind() {
            return SlotKind.PASSPHRASE;
        }

        @Override
        public long work() {
            return (long) cost.memoryKib() * cost.passes();
        }

        @Override
        public long memoryBytes() {
            return (long) cost.memoryKib() << 10;
        }

        @Override
        public void encode(Encoder out) {
            out.u32(cost.memoryKib()).u32(cost.passes()).u8(cost.lanes()).raw(salt);
        }

        @Override
        public byte[] keyOf(KeySource key) {
            Argon2BytesGenerator argon = new Argon2BytesGenerator();
            argon.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(cost.memoryKib())
                    .withIterations(cost.passes())
                    .withParallelism(cost.lanes())
                    .withSalt(salt)
                    .build());
            byte[] made = new byte[Kdf.KEY_BYTES];
            byte[] utf8 = utf8(((KeySource.Passphrase) key).characters());
            argon.generateBytes(utf8, made);
            Arrays.fill(utf8, (byte) 0);
            return made;
        }

        /** The detour over a string, which cannot be wiped, is for passphrases that are not ASCII. */
        private static byte[] utf8(char[] characters) {
            CharBuffer text = CharBuffer.wrap(characters);
            boolean ascii = text.chars().allMatch(character -> character < 0x80);
            CharBuffer normal = ascii ? text : CharBuffer.wrap(Normalizer.normalize(text, Normalizer.Form.NFKC));
            byte[] buffer = new byte[normal.length() * UTF8_BYTES_MAX];
            ByteBuffer out = ByteBuffer.wrap(buffer);
            if (StandardCharsets.UTF_8.newEncoder().encode(normal, out, true).isError()) {
                throw new VaultFault.Refused("A passphrase is not Unicode text", "passphrase", "Choose another one.");
            }
            byte[] utf8 = Arrays.copyOf(buffer, out.position());
            Arrays.fill(buffer, (byte) 0);
            return utf8;
        }
    }

    /** For a key that is random already. */
    record Hkdf(byte[] salt) implements Derivation {

        @Override
        public SlotKind kind() {
            return SlotKind.RAW_KEY;
        }

        @Override
        public long work() {
            return 0;
        }

        @Override
        public long memoryBytes() {
            return 0;
        }

        @Override
        public void encode(Encoder out) {
            out.raw(salt);
        }

        @Override
        public byte[] keyOf(KeySource key) {
            return Kdf.derive(((KeySource.RawKey) key).key(), salt, "muster v1 raw slot");
        }
    }
}
