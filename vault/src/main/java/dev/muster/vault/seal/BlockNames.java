// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/** The keyed names of plaintext in one epoch (docs/format.md, section 6, "Ids"). Thread-safe. */
public final class BlockNames {

    private static final byte[] SPLIT = "split".getBytes(StandardCharsets.US_ASCII);

    private final @Nullable Macs data;
    private final @Nullable Macs wal;
    private final Macs map;
    private final Macs metadata;

    private BlockNames(Uid repository, EpochKeys keys) {
        byte[] place = repository.bytes();
        byte[] naming = keys.namingKey();
        data = naming == null ? null : new Macs(Kdf.derive(naming, place, "muster v1 data name"));
        wal = naming == null ? null : new Macs(Kdf.derive(naming, place, "muster v1 wal name"));
        byte[] placeAndEpoch = placeAndEpoch(repository, keys.epoch());
        map = new Macs(Kdf.derive(keys.metadataKey(), placeAndEpoch, "muster v1 map name"));
        metadata = new Macs(Kdf.derive(keys.metadataKey(), placeAndEpoch, "muster v1 meta name"));
    }

    public static BlockNames of(Uid repository, EpochKeys keys) {
        return new BlockNames(repository, keys);
    }

    /**
     * The id of a block of data.
     *
     * @throws VaultFault.NotGranted without the naming key
     */
    public Digest data(byte[] plain, int offset, int length) {
        return finish(naming(data), new byte[0], plain, offset, length);
    }

    /**
     * The id of a block of WAL that begins at this LSN.
     *
     * @throws VaultFault.NotGranted without the naming key
     */
    public Digest wal(long lsn, byte[] plain, int offset, int length) {
        return finish(naming(wal), ByteBuffer.allocate(Long.BYTES).putLong(lsn).array(), plain, offset, length);
    }

    /** The id of a block of a map. */
    public Digest map(byte[] plain, int offset, int length) {
        return finish(map, new byte[0], plain, offset, length);
    }

    /** Byte 0 of the keyed hash that decides whether a table node ends after the item with this first path. */
    public int split(int height, byte[] firstPath) {
        byte[] prefix = new Encoder().raw(SPLIT).u8(height).toByteArray();
        return (int) (finish(map, prefix, firstPath, 0, firstPath.length).prefix() >>> 56);
    }

    /** The id of frame {@code counter} of a metadata object; {@code before} is the one of the frame before it. */
    Digest metadata(Kind kind, int counter, boolean last, Digest before, byte[] plain) {
        byte[] prefix = new Encoder().u8(kind.code()).u32(counter).u8(last ? 1 : 0).digest(before).toByteArray();
        return finish(metadata, prefix, plain, 0, plain.length);
    }

    private static Macs naming(@Nullable Macs macs) {
        if (macs == null) {
            throw new VaultFault.NotGranted("name blocks of data or WAL", "a role without the naming key");
        }
        return macs;
    }

    private static Digest finish(Macs macs, byte[] prefix, byte[] plain, int offset, int length) {
        Mac mac = macs.take();
        mac.update(prefix);
        mac.update(plain, offset, length);
        Digest name = Digest.of(mac.doFinal());
        macs.give(mac);
        return name;
    }

    static byte[] placeAndEpoch(Uid repository, int epoch) {
        return new Encoder().uid(repository).u16(epoch).toByteArray();
    }
}
