// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.index;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import java.time.Instant;
import java.util.List;

/**
 * Packs and frames that were found bad (docs/format.md, section 7, kind 14).
 *
 * @param time when they were found
 * @param foundBy by whom, in words
 * @param places what is bad
 */
public record Quarantine(Instant time, String foundBy, List<Place> places) {

    public static final int PLACES_MAX = 65_536;
    private static final int TEXT_BYTES_MAX = 4096;

    /**
     * Something bad.
     *
     * @param pack digest of the pack
     * @param offset of the frame; 0 stands for the whole pack
     */
    public record Place(Digest pack, int offset) {

        static Place decode(Decoder in) {
            Digest pack = in.digest();
            long offset = in.u32();
            if (offset > Integer.MAX_VALUE) {
                throw in.damage("a frame at " + offset);
            }
            return new Place(pack, (int) offset);
        }
    }

    public Quarantine {
        places = List.copyOf(places);
    }

    public byte[] encode() {
        return new Encoder().time(time)
                .text(foundBy)
                .list(places, (out, place) -> out.digest(place.pack()).u32(place.offset()))
                .toByteArray();
    }

    public static Quarantine decode(Decoder in) {
        return new Quarantine(in.time(), in.text(TEXT_BYTES_MAX), in.list(PLACES_MAX, Place::decode));
    }
}
