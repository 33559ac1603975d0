// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.pack;

import dev.muster.store.BlobInfo;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Envelope;
import dev.muster.vault.object.VaultFault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The directory at the end of a pack: a hint for check and salvage, which is authenticated by nothing but the digest of
 * the whole pack.
 *
 * @param entries in the order of the frames, which lie one after the other from the envelope to the directory
 */
public record PackDirectory(List<Entry> entries) {

    /** A frame, as the directory has it. */
    public record Entry(Digest id, int offset, int frameLength, int plainLength) {}

    public PackDirectory {
        entries = List.copyOf(entries);
    }

    /**
     * Reads the directory of a pack in a store.
     *
     * @param pack as it was listed
     * @throws VaultFault.Damage if there is none, or frames and directory do not fill the pack
     */
    public static PackDirectory read(Store store, BlobInfo pack) throws InterruptedException {
        String subject = pack.key().value();
        long length = pack.length();
        if (length < Envelope.BYTES + PackFormat.FOOTER_BYTES || length > PackFormat.PACK_BYTES_MAX) {
            throw new VaultFault.Damage("a pack of " + length + " bytes", subject);
        }
        Footer footer = Footer.read(subject, store.read(pack.key(), Range.last(PackFormat.FOOTER_BYTES)), length);
        if (footer.count == 0) {
            throw new VaultFault.Damage("a pack without frames", subject);
        }
        Range range = Range.of(footer.directoryOffset, (long) footer.count * PackFormat.DIRECTORY_ENTRY_BYTES);
        return parse(subject, footer, store.read(pack.key(), range));
    }

    /** Reads the directory of a pack in memory. */
    public static PackDirectory read(String subject, byte[] pack) {
        if (pack.length < Envelope.BYTES + PackFormat.FOOTER_BYTES) {
            throw new VaultFault.Damage("a pack of " + pack.length + " bytes", subject);
        }
        int at = pack.length - PackFormat.FOOTER_BYTES;
        byte[] tail = Arrays.copyOfRange(pack, at, pack.length);
        Footer footer = Footer.read(subject, tail, pack.length);
        return parse(subject, footer, Arrays.copyOfRange(pack, footer.directoryOffset, at));
    }

    private static PackDirectory parse(String subject, Footer footer, byte[] bytes) {
        Decoder in = new Decoder(subject, bytes);
        List<Entry> entries = new ArrayList<>();
        long end = Envelope.BYTES;
        for (int at = 0; at < footer.count; at++) {
            Digest id = in.digest();
            long offset = in.u32();
            long frameLength = in.u32();
            long plainLength = in.u32();
            if (offset != end || !BlockRef.isPlausible(offset, frameLength, plainLength)) {
                throw in.damage("frame " + at + " of the directory is at " + offset + ", not at " + end);
            }
            entries.add(new Entry(id, (int) offset, (int) frameLength, (int) plainLength));
            end += frameLength;
        }
        in.end();
        if (end != footer.directoryOffset) {
            throw in.damage("the frames end at " + end + ", the directory begins at " + footer.directoryOffset);
        }
        return new PackDirectory(entries);
    }

    private record Footer(int directoryOffset, int count) {

        static Footer read(String subject, byte[] tail, long packLength) {
            Decoder in = new Decoder(subject, tail);
            long directoryOffset = in.u32();
            long count = in.u32();
            if (in.u64() != PackFormat.MAGIC) {
                throw in.damage("does not end as a pack does");
            }
            if (directoryOffset + count * PackFormat.DIRECTORY_ENTRY_BYTES + PackFormat.FOOTER_BYTES != packLength) {
                throw in.damage("a directory of " + count + " frames at " + directoryOffset + " does not fit");
            }
            return new Footer((int) directoryOffset, (int) count);
        }
    }
}
