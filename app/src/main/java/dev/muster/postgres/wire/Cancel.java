// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.wire.transport.TransportFault;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks a server to cancel what one of its sessions is doing. */
final class Cancel {

    private static final Duration TIME_MAX = Duration.ofSeconds(10);

    private final Dialer dialer;
    private final boolean secured;
    private final @Nullable CancelKey key;

    /**
     * @param dialer reaches the same server
     * @param secured whether the session has TLS; the request is then not sent in the clear
     * @param key the session's; null if the server gave none
     */
    Cancel(Dialer dialer, boolean secured, @Nullable CancelKey key) {
        this.dialer = dialer;
        this.secured = secured;
        this.key = key;
    }

    /** Returns once the server has taken the request, which it acknowledges by ending the line. */
    void send() {
        if (key == null) {
            throw new WireFault.Unsupported("The server gave no key to cancel commands with",
                    dialer.destination().toString());
        }
        var budget = Budget.of(TIME_MAX, dialer.timing().nanoTime());
        var line = secured ? dialer.dialSecured(budget) : dialer.dialClear(budget);
        try (var transport = line.transport()) {
            if (secured && !line.secured()) {
                throw new WireFault.Protocol("The server had TLS and has it no more",
                        dialer.destination().toString());
            }
            transport.write(Frontend.cancelRequest(key), budget.left());
            transport.read(ByteBuffer.allocate(1), budget.left());
        } catch (TransportFault.Lost e) {
            // how some systems end a line: the request has been taken
        }
    }
}
