// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.vault.key.KeySource;
import java.util.Arrays;
import java.util.Optional;

/**
 * Whether a raw key can have been chosen by chance. It is asked of a key that shall open a repository from now on; one
 * that opens a repository already is never turned away, as nobody could read that repository then.
 */
public final class KeyVariety {

    /** Of 32 random bytes 30 differ on the average; as few as 12 come by chance once in 10^22 keys. */
    private static final int DIFFERENT_MIN = 13;
    private static final int BYTE_VALUES = 256;
    private static final int DIGIT_VALUES = 16;

    private KeyVariety() {}

    /**
     * Refuses a raw key that follows a pattern. A passphrase is for whoever chose it to judge.
     *
     * @param place where it came from
     * @throws ConfigurationFault.WeakKey without anything of the key in it
     */
    public static void require(KeySource key, String place) {
        if (key instanceof KeySource.RawKey raw) {
            pattern(raw.key()).ifPresent(pattern -> {
                throw new ConfigurationFault.WeakKey(pattern, place);
            });
        }
    }

    private static Optional<String> pattern(byte[] key) {
        var bytes = new int[key.length];
        var digits = new int[2 * key.length];
        for (var at = 0; at < key.length; at++) {
            bytes[at] = Byte.toUnsignedInt(key[at]);
            digits[2 * at] = bytes[at] / DIGIT_VALUES;
            digits[2 * at + 1] = bytes[at] % DIGIT_VALUES;
        }
        try {
            if (repeats(digits)) {
                return Optional.of("it repeats itself");
            }
            if (ascends(bytes, BYTE_VALUES) || ascends(digits, DIGIT_VALUES)) {
                return Optional.of("it is a sequence");
            }
            return different(bytes) < DIFFERENT_MIN ? Optional.of("few of its bytes differ") : Optional.empty();
        } finally {
            Arrays.fill(bytes, 0);
            Arrays.fill(digits, 0);
        }
    }

    /** Whether the digits are their first half, or less of them, again and again. */
    private static boolean repeats(int[] digits) {
        for (var period = 1; period <= digits.length / 2; period++) {
            var at = period;
            while (at < digits.length && digits[at] == digits[at - period]) {
                at++;
            }
            if (at == digits.length) {
                return true;
            }
        }
        return false;
    }

    /** Whether each value is as far from the one before, counted around. */
    private static boolean ascends(int[] values, int count) {
        for (var at = 2; at < values.length; at++) {
            if (Math.floorMod(values[at] - values[at - 1], count) != Math.floorMod(values[1] - values[0], count)) {
                return false;
            }
        }
        return true;
    }

    private static int different(int[] bytes) {
        var seen = new boolean[BYTE_VALUES];
        var different = 0;
        for (var value : bytes) {
            different += seen[value] ? 0 : 1;
            seen[value] = true;
        }
        return different;
    }
}
