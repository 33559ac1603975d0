// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.roll;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Uid;
import java.time.Instant;
import java.util.List;

/**
 * One entry of the roll (docs/format.md, section 7, kind 13).
 *
 * @param instance of the repository, from the charter
 * @param parents entries that its writer saw and nobody had named, at most 64
 * @param time by the clock of the host
 * @param host of its writer
 * @param events what happened
 */
public record RollEntry(Uid instance, List<Digest> parents, Instant time, String host, List<RollEvent> events) {

    public static final int PARENTS_MAX = 64;

    /** How many events an entry may have. */
    public static final int LIST_ITEMS_MAX = 65_536;

    static final int TEXT_BYTES_MAX = 4096;

    public RollEntry {
        parents = List.copyOf(parents);
        events = List.copyOf(events);
        if (parents.size() > PARENTS_MAX || events.size() > LIST_ITEMS_MAX) {
            throw new IllegalArgumentException(parents.size() + " parents, " + events.size() + " events");
        }
    }

    public byte[] encode() {
        return new Encoder().uid(instance)
                .list(parents, Encoder::digest)
                .time(time)
                .text(host)
                .list(events, (out, event) -> event.write(out))
                .toByteArray();
    }

    public static RollEntry decode(Decoder in) {
        return new RollEntry(in.uid(), in.list(PARENTS_MAX, Decoder::digest), in.time(), in.text(TEXT_BYTES_MAX),
                in.list(LIST_ITEMS_MAX, RollEvent::read));
    }
}
