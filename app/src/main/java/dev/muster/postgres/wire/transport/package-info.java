// SPDX-License-Identifier: Apache-2.0
/**
 * Transport: bytes to a server and back, over TCP or a Unix socket, in the clear or through TLS.
 *
 * <p>A <i>transport</i> reads what is there and waits a bounded time where nothing is. One thread reads while another
 * writes. Closing it from a third ends both. Timeouts are nanoseconds; {@link Transport#NO_LIMIT} waits for ever.
 *
 * <p>Invariants: nothing blocks longer than it was allowed; an interrupt closes the socket and stays set; after a
 * failure a transport is only closed.
 */
@NullMarked
package dev.muster.postgres.wire.transport;

import org.jspecify.annotations.NullMarked;
