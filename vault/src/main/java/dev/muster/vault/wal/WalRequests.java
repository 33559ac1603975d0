// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import java.util.concurrent.atomic.LongAdder;

/**
 * What the log has asked of the store, since stores are paid for by the request.
 *
 * @param puts objects put
 * @param putBytes bytes of them
 * @param gets objects or parts of them read
 * @param getBytes bytes of them
 * @param lists listings; a store counts one for each 1,000 or 5,000 keys
 * @param listed keys in them
 */
public record WalRequests(long puts, long putBytes, long gets, long getBytes, long lists, long listed) {

    static final class Tally {

        private final LongAdder puts = new LongAdder();
        private final LongAdder putBytes = new LongAdder();
        private final LongAdder gets = new LongAdder();
        private final LongAdder getBytes = new LongAdder();
        private final LongAdder lists = new LongAdder();
        private final LongAdder listed = new LongAdder();

        void put(long bytes) {
            puts.increment();
            putBytes.add(bytes);
        }

        void got(long bytes) {
            gets.increment();
            getBytes.add(bytes);
        }

        void list() {
            lists.increment();
        }

        void listed() {
            listed.increment();
        }

        WalRequests sum() {
            return new WalRequests(puts.sum(), putBytes.sum(), gets.sum(), getBytes.sum(), lists.sum(), listed.sum());
        }
    }
}
