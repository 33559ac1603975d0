// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.restore.RestorePlan;
import dev.muster.vault.snapshot.SnapshotReader;

/** Takes away what only the restore needed. The mark goes last: until then the same command does all of this again. */
final class FinishCluster {

    private final RestorePlan plan;
    private final SnapshotReader snapshot;
    private final RestoreTools tools;

    FinishCluster(RestorePlan plan, SnapshotReader snapshot, RestoreTools tools) {
        this.plan = plan;
        this.snapshot = snapshot;
        this.tools = tools;
    }

    void finish() throws InterruptedException {
        var files = new DurableFiles(tools.room().account());
        new ConfigureCluster(plan, files).forUse(snapshot);
        tools.reached("after-settings");
        ConfigureCluster.used().forEach(name -> files.remove(plan.request().directory().resolve(name)));
        tools.reached("before-unmark");
        Turn.forget(plan.request().directory());
        new Marks(plan, files).remove();
    }
}
