// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.log;

import dev.muster.disk.LocalDisk;
import dev.muster.fault.Fault;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.base.BackupLog;
import dev.muster.postgres.base.manifest.WalRange;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.wal.receive.Cadence;
import dev.muster.postgres.wal.receive.Policy;
import dev.muster.postgres.wal.receive.Receiver;
import dev.muster.postgres.wal.receive.ReceiverOptions;
import dev.muster.postgres.wal.receive.ReceiverState;
import dev.muster.postgres.wal.receive.SlotNames;
import dev.muster.postgres.wal.spool.Spool;
import dev.muster.postgres.wal.spool.SpoolFault;
import dev.muster.vault.object.Uid;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.work.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The log that a backup brings itself: a receiver that lives as long as the backup, with a slot that goes with its
 * connection, so that nothing on the server is left to keep log for nobody.
 */
public final class StreamedLog implements BackupLog {

    private static final Source ALONE = new Source("streamed by the backup itself", After.NOBODY);
    private static final long SPOOL_BYTES_MAX = 4L << 30;

    private final LogTools tools;
    private final String system;
    private final Path scratch;

    /**
     * @param system name of the protected system
     * @param scratch a directory on an encrypted disk: what was received and is not in the repository yet lies
     *        there meanwhile
     */
    public StreamedLog(LogTools tools, String system, Path scratch) {
        this.tools = tools;
        this.system = system;
        this.scratch = scratch;
    }

    @Override
    public Source source(ConnectionSettings settings) {
        return ALONE;
    }

    @Override
    public Keeping begin(ConnectionSettings settings) throws InterruptedException {
        var streaming = new Streaming(settings);
        try {
            streaming.awaitStart();
            return streaming;
        } catch (RuntimeException | InterruptedException e) {
            streaming.close();
            throw e;
        }
    }

    private final class Streaming implements Keeping {

        private final ScratchSpace space;
        private final Spool spool;
        private final Receiver receiver;
        private final Scope scope;
        private volatile @Nullable RuntimeException failure;

        Streaming(ConnectionSettings settings) throws InterruptedException {
            var random = tools.clocks().random();
            space = ScratchSpace.take(scratch, random);
            spool = open();
            var shipping = new ReceiverOptions.Shipping(Cadence.DEFAULT, 1, tools.host());
            var options = new ReceiverOptions(system, settings.withApplicationName("muster backup"),
                    SlotNames.temporary(random), Policy.asynchronous(), shipping, false);
            receiver = new Receiver(options, tools.connector(), tools.repository(), spool, tools.clocks(), _ -> {});
            scope = Scope.open("backup-log", 1);
            scope.fork(this::run);
        }

        private Spool open() {
            try {
                return Spool.open(LocalDisk.make(space.directory()), SPOOL_BYTES_MAX);
            } catch (IOException e) {
                space.close();
                throw SpoolFault.of(space.directory().toString(), e);
            }
        }

        private void run() throws InterruptedException {
            try {
                receiver.run();
            } catch (RuntimeException e) {
                failure = e;
            }
        }

        /**
         * From now on the slot keeps what the backup will need, and a receiver that starts finds its history: one that
         * looked before has begun to receive before the backup begins.
         */
        void awaitStart() throws InterruptedException {
            var progress = new ReceivedLog.Progress(tools);
            while (receiver.state().phase() != ReceiverState.Phase.STREAMING || !receiver.isSettled()) {
                look();
                progress.require(receiver.state().log().received(), receiver.state().log().serverEnd(), trouble());
                tools.waiting().pause(tools.waiting().interval());
            }
        }

        @Override
        public List<WalNeed> await(List<WalRange> ranges, Consumer<Lsn> durable) throws InterruptedException {
            var needs = new ResolveNeeds(tools.archive(), ranges);
            var progress = new ReceivedLog.Progress(tools);
            var end = ranges.getLast().end();
            while (true) {
                look();
                var stored = receiver.state().log().stored();
                durable.accept(stored.isAfter(end) ? end : stored);
                var found = stored.isBefore(end) ? Optional.<List<WalNeed>>empty() : needs.along(incarnation());
                if (found.isPresent()) {
                    return found.get();
                }
                progress.require(stored, end, trouble());
                tools.waiting().pause(tools.waiting().interval());
            }
        }

        @Override
        public Source source() {
            return ALONE;
        }

        private void look() {
            var thrown = failure;
            if (thrown != null) {
                throw thrown;
            }
        }

        private Optional<String> trouble() {
            return receiver.state().trouble().map(ReceiverState.Trouble::message);
        }

        private Uid incarnation() {
            return receiver.state().server().map(source -> Uid.parse(source.incarnation()))
                    .orElseThrow(() -> new IllegalStateException("what is stored has a history"));
        }

        @Override
        public void close() {
            receiver.stop();
            try {
                scope.join();
                receiver.drain();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Fault e) {
                // What the backup needs was awaited before; the rest is the next one's.
            } finally {
                scope.close();
                spool.close();
                space.close();
            }
        }
    }
}
