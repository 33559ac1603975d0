// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Kdf;
import java.util.Arrays;
import java.util.HexFormat;

/** What a person or a host has to unlock a slot with. The caller closes it, which overwrites the secret. */
public sealed interface KeySource extends AutoCloseable {

    /** The kind of slots that it can unlock. */
    SlotKind kind();

    /** Overwrites the secret. */
    @Override
    void close();

    /**
     * A passphrase.
     *
     * @param characters kept, not copied
     * @param cost for a slot that is made with it; one that exists has its own
     * @throws VaultFault.Refused if it is empty
     */
    static KeySource passphrase(char[] characters, PassphraseCost cost) {
        return new Passphrase(characters, cost);
    }

    /** A passphrase, a new slot for which has the usual cost. */
    static KeySource passphrase(char[] characters) {
        return new Passphrase(characters, PassphraseCost.DEFAULT);
    }

    /**
     * A raw key.
     *
     * @param key 32 random bytes; kept, not copied
     * @throws VaultFault.Refused if they are not 32
     */
    static KeySource raw(byte[] key) {
        return new RawKey(key);
    }

    /**
     * A raw key written as 64 hex digits, either case.
     *
     * @throws VaultFault.Refused if it is anything else
     */
    static KeySource hex(char[] digits) {
        byte[] key = new byte[Kdf.KEY_BYTES];
        if (digits.length != 2 * key.length) {
            throw RawKey.refused();
        }
        for (int at = 0; at < digits.length; at++) {
            if (!HexFormat.isHexDigit(digits[at])) {
                throw RawKey.refused();
            }
            key[at / 2] = (byte) (key[at / 2] << 4 | HexFormat.fromHexDigit(digits[at]));
        }
        return new RawKey(key);
    }

    /** See {@link KeySource#passphrase(char[], PassphraseCost)}. */
    @SuppressWarnings("ArrayRecordComponent")
    record Passphrase(char[] characters, PassphraseCost cost) implements KeySource {

        public Passphrase {
            if (characters.length == 0) {
                throw new VaultFault.Refused("A passphrase is empty", "passphrase", "Choose one that is not.");
            }
        }

        @Override
        public SlotKind kind() {
            return SlotKind.PASSPHRASE;
        }

        @Override
        public void close() {
            Arrays.fill(characters, '\0');
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "a passphrase";
        }
    }

    /** See {@link KeySource#raw}. */
    @SuppressWarnings("ArrayRecordComponent")
    record RawKey(byte[] key) implements KeySource {

        public RawKey {
            if (key.length != Kdf.KEY_BYTES) {
                throw refused();
            }
        }

        @Override
        public SlotKind kind() {
            return SlotKind.RAW_KEY;
        }

        @Override
        public void close() {
            Arrays.fill(key, (byte) 0);
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "a raw key";
        }

        private static VaultFault.Refused refused() {
            return new VaultFault.Refused("A raw key is not 32 bytes, or not 64 hex digits", "raw key",
                    "Make one with 'openssl rand -hex 32'.");
        }
    }
}
