// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.conninfo.TargetSession;
import java.util.Map;
import java.util.Optional;

/** Whether a server is what {@code target_session_attrs} asks for, by what servers from version 14 report. */
record TargetCheck(TargetSession target) {

    /** Why it is not; nothing if it is. */
    Optional<String> objection(Map<String, String> parameters) {
        if (target == TargetSession.ANY) {
            return Optional.empty();
        }
        var standby = parameters.get("in_hot_standby");
        var readOnly = parameters.get("default_transaction_read_only");
        if (standby == null || readOnly == null) {
            return Optional.of("it does not report whether it is a standby");
        }
        var isStandby = standby.equals("on");
        var isReadOnly = isStandby || readOnly.equals("on");
        return switch (target) {
            case PRIMARY -> when(isStandby, "it is a standby");
            case STANDBY, PREFER_STANDBY -> when(!isStandby, "it is not a standby");
            case READ_WRITE -> when(isReadOnly, "it is read-only");
            case READ_ONLY -> when(!isReadOnly, "it is not read-only");
            case ANY -> Optional.empty();
        };
    }

    private static Optional<String> when(boolean holds, String objection) {
        return holds ? Optional.of(objection) : Optional.empty();
    }
}
