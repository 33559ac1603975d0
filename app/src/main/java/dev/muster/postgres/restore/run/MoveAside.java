// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.restore.Aside;
import dev.muster.postgres.restore.RestoreFault;
import dev.muster.postgres.restore.RestorePlan;
import dev.muster.postgres.server.FindServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Gives the directories that are in the way of a plan other names. Each is renamed as a whole and stays as it is; broken
 * off between two of them, the next run does the rest.
 */
final class MoveAside {

    private final RestorePlan plan;
    private final RestoreTools tools;

    MoveAside(RestorePlan plan, RestoreTools tools) {
        this.plan = plan;
        this.tools = tools;
    }

    /** @throws RestoreFault.NotMovedAside if one of them must not, or cannot, be renamed */
    void require() {
        plan.asides().forEach(this::require);
        if (!plan.asides().isEmpty() && Turn.isTaken(plan.request().directory())) {
            throw Turn.refusal(plan.request().directory());
        }
    }

    private void require(Aside aside) {
        var from = aside.from();
        if (!Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
            throw new RestoreFault.NotMovedAside(from, "it is no directory, but a file or a symbolic link",
                    "Name the directory that a link leads to, or another one.");
        }
        if (MountPoints.ours().include(from)) {
            throw new RestoreFault.NotMovedAside(from, "a file system is mounted on it, so it cannot be renamed",
                    "Name a directory below it, or move what it holds yourself.");
        }
        var above = from.resolveSibling("");
        if (!Files.isWritable(above)) {
            throw new RestoreFault.NotMovedAside(from, "you may not rename what is in " + above,
                    "Run this as root or as the owner of " + above + ", or name another directory.");
        }
        if (Files.exists(aside.to(), LinkOption.NOFOLLOW_LINKS)) {
            throw new RestoreFault.NotMovedAside(from, "there is " + aside.to() + " already",
                    "Give the same command again: it takes a new name every second.");
        }
        new FindServers(tools.room().machine()).on(from).ifPresent(why -> {
            throw new RestoreFault.NotMovedAside(from, why, "Stop the server first: pg_ctl -D DIR stop. If none runs, "
                    + "remove the postmaster.pid that a crash has left.");
        });
    }

    /** Renames them, and makes the new names durable. */
    void move() {
        if (plan.asides().isEmpty()) {
            return;
        }
        require();
        var directory = plan.request().directory();
        try (var _ = Turn.take(directory)) {
            for (var aside : plan.asides()) {
                require(aside);
                rename(aside.from(), aside.to());
                tools.reached("after-aside");
                if (aside.from().equals(directory)) {
                    // Only the lock is ours.
                    Turn.forget(aside.to());
                }
            }
        }
    }

    private static void rename(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw RestoreFault.NotMovedAside.refused(from, e);
        }
        DurableFiles.force(from.resolveSibling(""));
    }
}
