// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Month;
import dev.muster.vault.object.Uid;
import dev.muster.vault.seal.Role;
import dev.muster.vault.statement.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Names the ends of all sessions at one moment (docs/format.md, section 7, kind 18).
 *
 * @param instance of the repository, from the charter
 * @param time by the clock of the host
 * @param host of its writer
 * @param seen all heads
 * @param batches that its writer read
 * @param keptFrom the first month of which nothing may be gone; empty if nothing at all may be
 */
public record Checkpoint(Uid instance, Instant time, String host, Heads seen, long batches, Optional<Month> keptFrom) {

    /** For how long evidence is kept, in months: six years. */
    public static final int KEPT_MONTHS = 72;

    static final int HEADS_MAX = 65_536;

    public Checkpoint {
        time = time.truncatedTo(ChronoUnit.MICROS);
        if (seen.batches().size() > HEADS_MAX || seen.checkpoints().size() > Batch.SEEN_MAX || batches < 0) {
            throw new IllegalArgumentException("not a checkpoint");
        }
    }

    public byte[] encode() {
        return new Encoder().uid(instance)
                .time(time)
                .text(host)
                .list(seen.batches(), Heads::writeBatch)
                .list(seen.checkpoints(), Encoder::digest)
                .varint(batches)
                .u32(keptFrom.map(Month::value).orElse(0))
                .toByteArray();
    }

    public static Checkpoint decode(Decoder in) {
        Uid instance = in.uid();
        Instant time = in.time();
        String host = in.text(Encoder.TEXT_BYTES_MAX);
        Heads seen = new Heads(in.list(HEADS_MAX, Heads::readBatch), in.list(Batch.SEEN_MAX, Decoder::digest));
        long batches = in.varint();
        long keptFrom = in.u32();
        if (keptFrom != 0 && !Month.isMonth(keptFrom)) {
            throw in.damage("a month is " + keptFrom);
        }
        return new Checkpoint(instance, time, host, seen, batches,
                keptFrom == 0 ? Optional.empty() : Optional.of(new Month((int) keptFrom)));
    }

    static Checkpoint of(Statement statement) {
        Checkpoint checkpoint = statement.decode(Checkpoint::decode);
        if (checkpoint.keptFrom.isPresent()) {
            statement.requireRole("that months of the ledger may go", Role.REAP, Role.OWNER);
        }
        return checkpoint;
    }

    /** Whether what it lets go had ended six years before it was stored. */
    boolean letsGoWhatIsOld(Instant stamped) {
        return keptFrom.map(from -> from.until(Month.of(stamped)) >= KEPT_MONTHS).orElse(true);
    }
}
