// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.util.Optional;

/**
 * What the server is told about the session.
 *
 * @param applicationName shown in pg_stat_activity, and matched by synchronous_standby_names
 * @param options command-line options for the server process: {@code -c name=value}
 */
public record SessionSettings(Optional<String> applicationName, Optional<String> options) {

    static SessionSettings from(Said said) {
        return new SessionSettings(
                said.text(Keyword.APPLICATION_NAME).or(() -> said.text(Keyword.FALLBACK_APPLICATION_NAME)),
                said.text(Keyword.OPTIONS));
    }
}
