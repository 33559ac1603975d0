// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Month;
import dev.muster.vault.object.ObjectKey;
import java.util.List;

/**
 * Batches and checkpoints that somebody saw.
 *
 * @param batches by their keys
 * @param checkpoints by their digests
 */
public record Heads(List<ObjectKey.Ledger> batches, List<Digest> checkpoints) {

    public static final Heads NONE = new Heads(List.of(), List.of());

    public Heads {
        batches = List.copyOf(batches);
        checkpoints = List.copyOf(checkpoints);
    }

    /** Whether nothing was seen. */
    public boolean isEmpty() {
        return batches.isEmpty() && checkpoints.isEmpty();
    }

    static void writeBatch(Encoder out, ObjectKey.Ledger batch) {
        out.u32(batch.month().value()).uid(batch.session()).u32(batch.sequence()).digest(batch.digest());
    }

    static ObjectKey.Ledger readBatch(Decoder in) {
        long month = in.u32();
        if (!Month.isMonth(month)) {
            throw in.damage("a month is " + month);
        }
        var session = in.uid();
        long sequence = in.u32();
        if (sequence == 0) {
            throw in.damage("a batch has number 0");
        }
        return new ObjectKey.Ledger(new Month((int) month), session, sequence, in.digest());
    }
}
