// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How sockets are opened and kept.
 *
 * @param connectTimeout how long one attempt at one address may take, to the end of authentication; zero for ever
 * @param keepalives whether TCP probes a silent connection
 * @param idleSeconds after how long a silence it does, or the system's default
 * @param intervalSeconds how often, or the system's default
 * @param count after how many unanswered probes the connection is lost, or the system's default
 * @param requirePeer the operating system's user that a server behind a Unix socket must run as
 */
public record SocketSettings(Duration connectTimeout, boolean keepalives, OptionalInt idleSeconds,
        OptionalInt intervalSeconds, OptionalInt count, Optional<String> requirePeer) {

    private static final int CONNECT_TIMEOUT_DEFAULT_SECONDS = 30;

    static SocketSettings from(Said said) {
        var timeout = said.number(Keyword.CONNECT_TIMEOUT).orElse(CONNECT_TIMEOUT_DEFAULT_SECONDS);
        return new SocketSettings(Duration.ofSeconds(Math.max(0, timeout)),
                said.number(Keyword.KEEPALIVES).orElse(1) != 0, positive(said, Keyword.KEEPALIVES_IDLE),
                positive(said, Keyword.KEEPALIVES_INTERVAL), positive(said, Keyword.KEEPALIVES_COUNT),
                said.text(Keyword.REQUIREPEER));
    }

    /** Zero and less stand for the system's default. */
    private static OptionalInt positive(Said said, Keyword keyword) {
        var number = said.number(keyword);
        return number.isPresent() && number.getAsInt() > 0 ? number : OptionalInt.empty();
    }
}
