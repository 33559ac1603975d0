// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.vault.Vault;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.wal.WalArchive;
import java.util.List;

/** Makes a plan out of what a repository holds, what is asked, and what is found where it goes. Changes nothing. */
public final class PlanRestore {

    private final Vault vault;
    private final WalArchive archive;

    /**
     * Plans out of this repository.
     *
     * @param archive of the same repository
     */
    public PlanRestore(Vault vault, WalArchive archive) {
        this.vault = vault;
        this.archive = archive;
    }

    /** Looks at where a cluster would go. */
    @FunctionalInterface
    public interface Survey {
        /**
         * Looks.
         *
         * @param major the version of the servers that can run it
         */
        Ground look(RestoreRequest request, int major, List<Placement> placements) throws InterruptedException;
    }

    /**
     * A plan.
     *
     * @param snapshot of which its files come
     */
    public record Planned(RestorePlan plan, SnapshotHead snapshot) {}

    /**
     * Plans.
     *
     * @param system the protected system
     * @throws RestoreFault if that cannot be had, or must not be put there
     */
    public Planned plan(String system, RestoreRequest request, Survey survey) throws InterruptedException {
        var view = vault.catalog();
        var recoverable = new ReadRecoverable(vault, archive).read(system, view);
        var chosen = new ChooseRecovery(recoverable, new SearchLog(archive), latest(system, request)).choose(
                request.target().target(),
                request.timeline());
        var point = chosen.reach().point();
        var head =
                view.counting().stream().filter(each -> each.id().hex().equals(point.id())).findFirst().orElseThrow();
        var source = new ReadSource(vault.read(head)).read();
        var ground = survey.look(request, point.facts().major(), RestorePlan.place(request, source));
        return new Planned(RestorePlan.of(request, chosen, source, ground), head);
    }

    /** The command that restores to the same place all that there is. */
    private static String latest(String system, RestoreRequest request) {
        var directory = request.directory().toString();
        var quoted = directory.matches("[A-Za-z0-9/._+-]+") ? directory : "'" + directory.replace("'", "'\\''") + "'";
        var timeline = switch (request.timeline()) {
            case TimelineChoice.Latest _ -> "";
            case TimelineChoice.Current _ -> " --timeline current";
            case TimelineChoice.Numbered numbered -> " --timeline " + numbered.timeline();
        };
        return "muster restore " + system + " --to latest" + timeline + " --into " + quoted;
    }
}
