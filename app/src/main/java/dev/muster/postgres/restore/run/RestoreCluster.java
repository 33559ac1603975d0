// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.fault.Fault;
import dev.muster.postgres.restore.DirectoryState;
import dev.muster.postgres.restore.EndAction;
import dev.muster.postgres.restore.PlanRestore;
import dev.muster.postgres.restore.RestoreFault;
import dev.muster.postgres.restore.RestorePlan;
import dev.muster.postgres.restore.RestoreRequest;
import dev.muster.postgres.server.Isolate;
import dev.muster.postgres.server.Isolation;
import dev.muster.postgres.server.Lifetime;
import dev.muster.postgres.server.Listen;
import dev.muster.postgres.server.RunningServer;
import dev.muster.postgres.server.StartServer;
import dev.muster.vault.Vault;
import dev.muster.vault.capture.ReadingSession;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.SnapshotReader;
import dev.muster.vault.wal.WalArchive;
import dev.muster.work.Scope;
import dev.muster.work.Wait;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Brings a cluster back to a moment. Whatever becomes of the process, the power or the store meanwhile: the same request
 * carries on, and until it has ended well nothing in the directory can be taken for a recovered cluster.
 */
public final class RestoreCluster {

    private static final Duration HELD_AGAIN_EVERY = Duration.ofMinutes(10);
    private static final Duration READY_AT_MOST = Duration.ofMinutes(10);

    private final Vault vault;
    private final RestoreTools tools;
    private final WalArchive archive;

    /**
     * Restores out of this repository.
     *
     * @param vault opened by a role that reads data
     */
    public RestoreCluster(Vault vault, RestoreTools tools) {
        this.vault = vault;
        this.tools = tools;
        this.archive = vault.wal(tools.host());
    }

    /**
     * Plans, and refuses what could not end well. Changes nothing.
     *
     * @param system the protected system
     * @throws RestoreFault if the target cannot be had, or there is no place for it
     */
    public RestorePlan plan(String system, RestoreRequest request) throws InterruptedException {
        var survey = new SurveyGround(tools);
        var planned = new PlanRestore(vault, archive).plan(system, request, survey::look);
        new MoveAside(planned.plan(), tools).require();
        survey.requireRoom(planned.plan(), vault.read(planned.snapshot()));
        return planned.plan();
    }

    /**
     * Carries a plan out, or on. What was found when it was made is looked at once more: that may be long ago.
     *
     * @param progress is told how far it is, by any thread
     */
    public Restored run(RestorePlan plan, Consumer<RestoreProgress> progress) throws InterruptedException {
        var found = lookedAt(plan);
        new MoveAside(found, tools).move();
        try (var _ = Turn.take(plan.request().directory())) {
            var now = lookedAt(found);
            now.requireFree();
            var isWhole = !(now.ground().directory() instanceof DirectoryState.Unfinished);
            return runHeld(new Order(found, isWhole), progress);
        }
    }

    private RestorePlan lookedAt(RestorePlan plan) throws InterruptedException {
        return plan.on(new SurveyGround(tools).look(plan.request(), plan.reach().point().facts().major(),
                plan.placements()));
    }

    /** What is carried out, and whether no run before has done a part of it. */
    private record Order(RestorePlan plan, boolean whole) {}

    private Restored runHeld(Order order, Consumer<RestoreProgress> progress) throws InterruptedException {
        var head = head(order.plan);
        try (var scope = Scope.open("restore-hold", 1); var held = new Held(hold(head, order.plan))) {
            scope.fork(() -> held.keep(new Wait(tools.nanoTime())));
            return run(order, vault.read(head), progress);
        }
    }

    private Restored run(Order order, SnapshotReader snapshot, Consumer<RestoreProgress> progress)
            throws InterruptedException {
        var plan = order.plan;
        var begun = now();
        new PlaceCluster(plan, snapshot, tools, progress).place();
        var placed = now();
        var recovered = new RecoverCluster(plan, archive, tools, progress).recover();
        var accepted = now();
        new FinishCluster(plan, snapshot, tools).finish();
        var times = new Restored.Times(Duration.ofNanos(placed - begun), Duration.ofNanos(accepted - placed),
                Duration.ofNanos(now() - accepted), order.whole);
        return new Restored(plan, recovered.reached(), times, recovered.cluster(), recovered.installation(),
                recovered.neutralised());
    }

    /**
     * Starts what was restored, still apart from the world: it archives nowhere and follows nobody.
     *
     * @return a server that accepts connections
     */
    public RunningServer start(Restored restored, Listen listen, Lifetime lifetime) throws InterruptedException {
        var room = tools.room();
        var reach = listen instanceof Listen.SocketOnly ? Isolation.Reach.SOCKET : Isolation.Reach.LOOPBACK;
        var canBeRead = restored.plan().request().action() != EndAction.PROMOTE;
        var isolated = new Isolate(room.machine(), room.account()).isolate(restored.installation(),
                restored.cluster(), new Isolation(canBeRead, reach));
        var server = new StartServer(room.machine(), room.account()).start(restored.installation(),
                restored.cluster(), isolated.options().with(listen).with(lifetime));
        try {
            server.awaitReady(READY_AT_MOST);
            return server;
        } catch (RuntimeException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    private SnapshotHead head(RestorePlan plan) throws InterruptedException {
        var id = plan.reach().point().id();
        return vault.snapshot(id)
                .orElseThrow(() -> new RestoreFault.NothingToRestore("the snapshot of the plan has gone", id));
    }

    /** Keeps garbage collection away, from the WAL that is replayed too; a repository that cannot be written to has none. */
    private Optional<ReadingSession> hold(SnapshotHead head, RestorePlan plan) throws InterruptedException {
        try {
            return Optional.of(vault.hold(head, tools.host(), "restore", plan.reach().log()));
        } catch (VaultFault.Missing e) {
            throw e;
        } catch (Fault e) {
            return Optional.empty();
        }
    }

    private long now() {
        return tools.nanoTime().getAsLong();
    }

    /** The snapshot for as long as it is read. */
    private record Held(Optional<ReadingSession> session) implements AutoCloseable {

        void keep(Wait wait) throws InterruptedException {
            while (session.isPresent()) {
                wait.pause(HELD_AGAIN_EVERY);
                session.get().keepAlive();
            }
        }

        @Override
        public void close() {
            session.ifPresent(ReadingSession::close);
        }
    }
}
