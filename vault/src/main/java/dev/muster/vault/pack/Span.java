// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.pack;

import dev.muster.vault.object.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A piece of one pack that is read with one request.
 *
 * @param pack digest of the pack
 * @param offset of the first byte
 * @param length in bytes
 * @param wanted which of the blocks asked for lie in it, as their places in the request, by offset
 */
public record Span(Digest pack, int offset, int length, List<Integer> wanted) {

    /** A span is not longer, unless a single frame is. */
    public static final int SPAN_BYTES_MAX = 4 << 20;

    /** Less than this between two frames is cheaper to read than to ask for twice. */
    private static final int GAP_BYTES_FREE = 32 << 10;
    private static final int GAP_BYTES_MAX = 512 << 10;

    public Span {
        wanted = List.copyOf(wanted);
    }

    /**
     * The requests for these blocks. Neighbours in a pack are read together with what lies between them, as long as two
     * thirds of what is read are wanted; the same place asked for twice is read once.
     */
    public static List<Span> covering(List<BlockRef> refs) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, refs.size()).boxed().toList());
        order.sort(Comparator.comparing((Integer place) -> refs.get(place).pack())
                .thenComparing(place -> refs.get(place).offset()));
        List<Span> spans = new ArrayList<>();
        Growing growing = null;
        for (int place : order) {
            BlockRef ref = refs.get(place);
            if (growing == null || !growing.takes(ref)) {
                if (growing != null) {
                    spans.add(growing.span());
                }
                growing = new Growing(ref);
            }
            growing.add(place, ref);
        }
        if (growing != null) {
            spans.add(growing.span());
        }
        spans.sort(Comparator.comparing(span -> Collections.min(span.wanted)));
        return spans;
    }

    private static final class Growing {

        private final Digest pack;
        private final int offset;
        private final List<Integer> places = new ArrayList<>();
        private int end;
        private int useful;

        Growing(BlockRef first) {
            this.pack = first.pack();
            this.offset = first.offset();
            this.end = offset;
        }

        boolean takes(BlockRef ref) {
            int gap = ref.offset() - end;
            int length = ref.end() - offset;
            boolean dense = 3L * (useful + ref.frameLength()) >= 2L * length;
            int gapBytesMax = dense ? GAP_BYTES_MAX : GAP_BYTES_FREE;
            return ref.pack().equals(pack) && length <= SPAN_BYTES_MAX && gap <= gapBytesMax;
        }

        void add(int place, BlockRef ref) {
            places.add(place);
            if (ref.end() > end) {
                useful += ref.end() - Math.max(end, ref.offset());
                end = ref.end();
            }
        }

        Span span() {
            return new Span(pack, offset, end - offset, places);
        }
    }
}
