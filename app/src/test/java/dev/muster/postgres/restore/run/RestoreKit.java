// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.base.Servers;
import dev.muster.postgres.restore.ReadTarget;
import dev.muster.postgres.restore.RestoreRequest;
import dev.muster.postgres.server.Lifetime;
import dev.muster.postgres.server.Listen;
import dev.muster.postgres.server.ServerRoom;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.vault.Vault;
import dev.muster.work.CrashPoints;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** How tests restore out of the repository of a protected server. */
final class RestoreKit {

    private final Vault vault;
    private final ServerRoom room;
    private final Path directory;
    private final List<RestoreProgress> progress = new ArrayList<>();
    private final List<KeptPlace> kept = new ArrayList<>();

    RestoreKit(TestServers servers, ProtectedServer source) throws Exception {
        this(source.repository().vault(), servers.room(), servers.directory());
    }

    RestoreKit(Vault vault, ServerRoom room, Path directory) {
        this.vault = vault;
        this.room = room;
        this.directory = directory;
    }

    /** With places that must stay where they are. */
    RestoreKit keeping(KeptPlace... places) {
        kept.addAll(List.of(places));
        return this;
    }

    /** To this target, promoted, in the directory of this kit. */
    RestoreRequest to(String target) {
        return RestoreRequest.to(new ReadTarget(ZoneOffset.UTC).read(target, false), into());
    }

    /** A directory that does not exist yet. */
    Path into() {
        return directory.resolve("restored");
    }

    /** What was said on the way. */
    List<RestoreProgress> progress() {
        return progress;
    }

    RestoreCluster restore(CrashPoints crashPoints) {
        return new RestoreCluster(vault,
                new RestoreTools(room, Servers.connector(), System::nanoTime, "here", kept, crashPoints));
    }

    Restored restore(RestoreRequest request) throws InterruptedException {
        return restore(request, CrashPoints.none());
    }

    Restored restore(RestoreRequest request, CrashPoints crashPoints) throws InterruptedException {
        var restore = restore(crashPoints);
        return restore.run(restore.plan("clinic", request), this::add);
    }

    private synchronized void add(RestoreProgress more) {
        progress.add(more);
    }

    /** A server on what was restored, that ends with the test. */
    TestServer start(Restored restored) throws InterruptedException {
        var server = restore(CrashPoints.none()).start(restored, new Listen.SocketOnly(), Lifetime.BOUND);
        return new TestServer(restored.installation(), server);
    }
}
