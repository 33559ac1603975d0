// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.postgres.restore.WalHistory;
import dev.muster.postgres.wal.receive.ReceiverState;
import dev.muster.postgres.wal.receive.StateFile;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/**
 * WAL that the receiver of this host had stored and that the repository does not hold: somebody removed it, or the
 * repository is an older copy. A repository alone cannot tell, since its WAL may end anywhere.
 */
public final class LostLog {

    private static final int SEGMENT_BYTES_MIN = 1 << 20;

    private final Optional<ReceiverState> state;

    private LostLog(Optional<ReceiverState> state) {
        this.state = state;
    }

    /** What the receiver of this host told last: to be read before the repository is, which only grows meanwhile. */
    public static LostLog read(Path stateDirectory, String system) {
        try {
            return new LostLog(new StateFile(StreamSystem.stateFile(stateDirectory, system)).read());
        } catch (StateFile.Unusable e) {
            // Nobody who wants to read the repository is kept from it by what is only a help.
            return new LostLog(Optional.empty());
        }
    }

    /**
     * Says what is lost of the way that a recovery takes, in a sentence; nothing if no receiver of this host tells of any.
     *
     * @param way histories as the repository holds them
     */
    public Optional<String> on(Collection<WalHistory> way) {
        return state.filter(told -> own(told, way).isPresent()).flatMap(told -> find(told, way));
    }

    static Optional<String> find(ReceiverState state, Collection<WalHistory> histories) {
        var stored = state.log().stored();
        if (!hasStoredAny(state, histories)
                || histories.stream().anyMatch(history -> history.cover().around(stored.value() - 1).isPresent())) {
            return Optional.empty();
        }
        return Optional.of("This host's receiver had stored WAL up to " + stored + ", at " + state.at()
                + " or before, and the repository does not hold it: it was lost since, or this is an older copy of the "
                + "repository. Nothing after the newest moment that is shown can be restored from here.");
    }

    /** A history begins with a segment; until something of it is stored, its beginning is what the receiver tells. */
    private static boolean hasStoredAny(ReceiverState state, Collection<WalHistory> histories) {
        var stored = state.log().stored();
        return own(state, histories).map(history -> stored.isAfter(history.first()))
                .orElse(stored.value() % SEGMENT_BYTES_MIN != 0);
    }

    private static Optional<WalHistory> own(ReceiverState state, Collection<WalHistory> histories) {
        return histories.stream()
                .filter(history -> state.server()
                        .filter(source -> source.incarnation().equals(history.incarnation().hex()))
                        .isPresent())
                .findFirst();
    }
}
