// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.wire.replication.SlotName;
import java.util.HexFormat;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * The slots of one receiver.
 *
 * @param stream goes with what is acknowledged
 * @param hold goes with what is stored; used by a synchronous receiver, which acknowledges before that
 * @param temporary whether they go with the connection: for a receiver that does not come back
 */
public record SlotNames(SlotName stream, SlotName hold, boolean temporary) {

    private static final String HOLD = "_hold";
    private static final int NAME_BYTES_MAX = 63 - HOLD.length();

    /** The slots for the system of this name: {@code muster_clinic} and {@code muster_clinic_hold}. */
    public static SlotNames of(String system) {
        var name = "muster_" + system.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
        var cut = name.length() > NAME_BYTES_MAX ? name.substring(0, NAME_BYTES_MAX) : name;
        return named(cut);
    }

    /** A stream slot of this name, at most 58 bytes. */
    public static SlotNames named(String stream) {
        return new SlotNames(new SlotName(stream), new SlotName(stream + HOLD), false);
    }

    /** Slots of which nothing is left when their receiver ends, however it ends. */
    public static SlotNames temporary(RandomGenerator random) {
        var name = "muster_once_" + HexFormat.of().toHexDigits(random.nextLong());
        return new SlotNames(new SlotName(name), new SlotName(name + HOLD), true);
    }
}
