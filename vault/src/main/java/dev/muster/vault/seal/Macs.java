// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Mac;

/** HMAC-SHA256 under one key for any number of threads: as many instances as were ever busy at once. */
final class Macs {

    private final byte[] key;
    private final Queue<Mac> idle = new ConcurrentLinkedQueue<>();

    Macs(byte[] key) {
        this.key = key;
    }

    /** One for this thread alone, at the beginning of a message; give it back after its doFinal. */
    Mac take() {
        Mac mac = idle.poll();
        return mac != null ? mac : Kdf.hmac(key);
    }

    void give(Mac mac) {
        idle.offer(mac);
    }
}
