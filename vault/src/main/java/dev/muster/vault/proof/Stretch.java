// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.proof;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import java.util.List;

/**
 * Objects whose digests begin with 8 bytes from one number to another.
 *
 * @param first unsigned
 * @param last unsigned, not below the first; belongs to it
 */
public record Stretch(long first, long last) {

    /** All objects. */
    public static final Stretch WHOLE = new Stretch(0, -1);

    /** More are not written: that many objects far from each other are 32 TiB of packs. */
    public static final int STRETCHES_MAX = 1 << 20;

    public Stretch {
        if (Long.compareUnsigned(first, last) > 0) {
            throw new IllegalArgumentException("a stretch that ends before it begins");
        }
    }

    /** Whether an object lies in one of these, which are in order. */
    static boolean anyHas(List<Stretch> stretches, Digest object) {
        int from = 0;
        int to = stretches.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            Stretch stretch = stretches.get(middle);
            if (Long.compareUnsigned(object.prefix(), stretch.first) < 0) {
                to = middle;
            } else if (Long.compareUnsigned(object.prefix(), stretch.last) > 0) {
                from = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    /** Whether they ascend and none touches another. */
    static boolean areInOrder(List<Stretch> stretches) {
        for (int at = 1; at < stretches.size(); at++) {
            if (Long.compareUnsigned(stretches.get(at - 1).last, stretches.get(at).first) >= 0) {
                return false;
            }
        }
        return true;
    }

    static Stretch read(Decoder in) {
        long first = in.u64();
        long last = in.u64();
        if (Long.compareUnsigned(first, last) > 0) {
            throw in.damage("a stretch ends before it begins");
        }
        return new Stretch(first, last);
    }

    void write(Encoder out) {
        out.u64(first).u64(last);
    }
}
