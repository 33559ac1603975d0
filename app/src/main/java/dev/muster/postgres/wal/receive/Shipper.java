// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.fault.Fault;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.wal.receive.Policy.Durability;
import dev.muster.postgres.wal.spool.SpoolFault;
import dev.muster.postgres.wal.spool.SpooledLog;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.wal.WalFault;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Moves log from the spool to the repository, the oldest history first, for as long as the receiver runs. A repository
 * that does not take it is tried again and again; meanwhile the spool grows.
 */
final class Shipper implements AutoCloseable {

    private static final Duration PAUSE_FIRST = Duration.ofMillis(200);
    private static final Duration PAUSE_LAST = Duration.ofSeconds(15);
    private static final Duration IDLE_AT_MOST = Duration.ofMillis(200);

    /** When the spool is fuller than this, folding is left to others. */
    private static final double FOLDING_SHARE_MAX = 0.5;

    private final Parts parts;
    private final KnownLogs known;
    private final MendSpool mend;
    private final BooleanSupplier stopping;
    private final SettleHistory settle;
    private final BackOff backOff;
    private final Map<Uid, Shipment> shipments = new HashMap<>();
    private Optional<Long> failingSince = Optional.empty();

    Shipper(Parts parts, KnownLogs known, MendSpool mend, BooleanSupplier stopping) {
        this.parts = parts;
        this.known = known;
        this.mend = mend;
        this.stopping = stopping;
        this.settle = new SettleHistory(parts, known);
        var clocks = parts.clocks();
        this.backOff = new BackOff(PAUSE_FIRST, PAUSE_LAST, clocks.random(), clocks.waiting()::pause);
    }

    /** Ships until it is told to stop. */
    void run() throws InterruptedException {
        while (!stopping.getAsBoolean()) {
            attempt();
        }
    }

    /** Ships what is there, however little, until all of it is stored or the time is up; returns whether all is. */
    boolean drain(Duration atMost) throws InterruptedException {
        var start = now();
        while (now() - start < atMost.toNanos()) {
            if (parts.spool().logs().stream().allMatch(this::isStored)) {
                return true;
            }
            attemptAlone();
        }
        return false;
    }

    private boolean isStored(SpooledLog log) {
        var shipment = shipments.get(log.lineage().incarnation());
        return !log.checked() || !SettleHistory.hasReceived(log)
                || (shipment != null && !shipment.stored().isBefore(log.durable()));
    }

    private void attempt() throws InterruptedException {
        try {
            if (mend.isDue()) {
                parts.clocks().waiting().pause(IDLE_AT_MOST);
            } else {
                attempt(false);
            }
        } catch (SpoolFault.Damaged e) {
            mend.request(e);
        }
    }

    /** No session runs, which would have to end before. */
    private void attemptAlone() throws InterruptedException {
        try {
            mend.ifDue();
            attempt(true);
        } catch (SpoolFault.Damaged e) {
            mend.mend(e);
        }
    }

    private void attempt(boolean draining) throws InterruptedException {
        try {
            var done = known.alone(() -> step(draining));
            recovered();
            if (!done) {
                await();
            }
        } catch (WalFault.Diverges | SpoolFault | VaultFault.NotGranted e) {
            throw e;
        } catch (Fault e) {
            failed(e);
        }
    }

    /** Does one thing; returns whether there was one to do. */
    private boolean step(boolean draining) throws InterruptedException {
        var logs = parts.spool().logs();
        for (var log : logs) {
            if (log.checked() && step(log, logs, draining)) {
                return true;
            }
        }
        return false;
    }

    private boolean step(SpooledLog log, List<SpooledLog> logs, boolean draining) throws InterruptedException {
        if (!settle.isSettled(log)) {
            return false;
        }
        var shipment = shipment(log);
        var urgent = draining || isUrgent() || log.end().isPresent();
        var due = shipment.due(urgent);
        if (due.isPresent()) {
            shipment.put(due.get());
            stored(shipment, logs);
            parts.reached("stream.before-release");
            shipment.release();
            parts.reached("stream.after-release");
            return true;
        }
        if (shipment.hasUnfolded()) {
            fold(shipment);
            return true;
        }
        return shipment.isComplete() && retire(shipment, logs);
    }

    private Shipment shipment(SpooledLog log) throws InterruptedException {
        var incarnation = log.lineage().incarnation();
        var shipment = shipments.get(incarnation);
        if (shipment != null && !shipment.log().equals(log)) {
            // The log was given up, and begun again further on.
            shipment.close();
            shipment = null;
        }
        if (shipment == null) {
            shipment = Shipment.open(parts, log);
            shipments.put(incarnation, shipment);
            stored(shipment, parts.spool().logs());
        }
        return shipment;
    }

    private boolean isUrgent() {
        var policy = parts.options().policy();
        return policy.synchronous() && policy.durability() == Durability.REPOSITORY;
    }

    /** Says how far the repository is on the way that the server takes: no further than the oldest log that is not. */
    private void stored(Shipment shipment, List<SpooledLog> logs) {
        var lineage = shipment.log().lineage();
        known.stored(lineage, shipment.stored());
        if (shipment.log().equals(logs.getLast())) {
            parts.progress().stored(lineage.incarnation(), shipment.stored());
        } else {
            var descent = logs.getLast().lineage().descent();
            var fork = new Lsn(descent.fork());
            if (descent.parent().equals(Optional.of(lineage.incarnation())) && descent.proven()) {
                parts.progress().stored(logs.getLast().lineage().incarnation(),
                        shipment.stored().isBefore(fork) ? shipment.stored() : fork);
            }
        }
    }

    private void fold(Shipment shipment) throws InterruptedException {
        if (parts.spool().bytes() > parts.spool().bytesMax() * FOLDING_SHARE_MAX) {
            shipment.leaveUnfolded();
        } else {
            shipment.fold();
        }
        shipment.release();
    }

    /** Removes a log that has ended from the spool, once the one after it has been compared with it. */
    private boolean retire(Shipment shipment, List<SpooledLog> logs) throws InterruptedException {
        var log = shipment.log();
        var next = logs.indexOf(log) + 1;
        if (next == logs.size() || !logs.get(next).checked()) {
            return false;
        }
        shipment.foldEnd();
        shipment.close();
        shipments.remove(log.lineage().incarnation());
        parts.reached("stream.before-retire");
        parts.spool().remove(log);
        parts.reached("stream.after-retire");
        return true;
    }

    /** Whether it is decided under which name the repository has, or will have, this history. */
    boolean isSettled(Uid incarnation) {
        return settle.isSettled(incarnation);
    }

    private void await() throws InterruptedException {
        var logs = parts.spool().logs();
        var newest = logs.isEmpty() ? null : shipments.get(logs.getLast().lineage().incarnation());
        if (newest == null) {
            parts.clocks().waiting().pause(IDLE_AT_MOST);
        } else {
            var patience = newest.patience().filter(left -> left.compareTo(IDLE_AT_MOST) < 0).orElse(IDLE_AT_MOST);
            parts.progress().awaitSpooled(newest.wanted(), patience);
        }
    }

    private void failed(Fault fault) throws InterruptedException {
        if (failingSince.isEmpty()) {
            failingSince = Optional.of(now());
        }
        // What the writer remembers may not be what is stored: look again.
        shipments.values().forEach(Shipment::close);
        shipments.clear();
        var pause = backOff.failed();
        parts.say(new ReceiverEvent.StoreFailed(fault, pause));
    }

    private void recovered() {
        failingSince.ifPresent(since -> parts.say(new ReceiverEvent.StoreRecovered(Duration.ofNanos(now() - since))));
        failingSince = Optional.empty();
        backOff.succeeded();
    }

    /** For how long the repository has not taken anything. */
    Optional<Duration> failing() {
        return failingSince.map(since -> Duration.ofNanos(now() - since));
    }

    private long now() {
        return parts.clocks().nanoTime().getAsLong();
    }

    @Override
    public void close() {
        shipments.values().forEach(Shipment::close);
        shipments.clear();
    }
}
