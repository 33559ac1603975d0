// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.serve;

import dev.muster.fault.Fault;
import dev.muster.fault.FaultKind;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentName;
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.WalArchive;
import dev.muster.work.Scope;
import dev.muster.work.Wait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Serves log to a recovering server: what its script wants, and some segments ahead, so that a recovery begins before
 * the log is there and is not held up by a distant store. Runs until it is stopped.
 */
public final class ServeLog {

    private static final Duration BEAT_EVERY = Duration.ofMillis(200);
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);
    private static final int WORKERS_MAX = 8;
    private static final int AHEAD_MAX = 1_024;

    private final FindLog log;
    private final Stage stage;
    private final int ahead;
    private final int workers;
    private final Wait wait;
    private final Set<String> fetching = ConcurrentHashMap.newKeySet();

    /** Segments that were made ready and not fetched yet. */
    private final Set<String> placed = ConcurrentHashMap.newKeySet();

    /** Looked for in vain before anybody asked. */
    private final Set<String> notThere = ConcurrentHashMap.newKeySet();
    private final AtomicLong delivered = new AtomicLong();
    private final Queue<String> damage = new ConcurrentLinkedQueue<>();
    private Optional<String> lastAsked = Optional.empty();
    private volatile boolean stopped;

    /**
     * Where and how much.
     *
     * @param directory of the stage; is made, and removed at the end
     * @param bytesMax how much room segments that were not fetched yet may take: two at least are kept
     * @param own gives files to the server's user
     */
    public record Staging(Path directory, long bytesMax, OwnFile own) {}

    /**
     * Prepares the stage; nothing is served before {@link #run}.
     *
     * @param incarnation the history along which is recovered
     * @param end where its log ends by the plan, if there is one: what lies behind a gap there is not waited for
     */
    public ServeLog(WalArchive archive, Uid incarnation, Optional<Lsn> end, Staging staging, Wait wait)
            throws InterruptedException {
        this.log = new FindLog(archive, incarnation, end);
        this.ahead = Math.clamp(staging.bytesMax / log.segmentSize().bytes() - 1, 1, AHEAD_MAX);
        this.workers = Math.clamp(ahead + 1L, 2, WORKERS_MAX);
        this.wait = wait;
        this.stage = Stage.make(staging.directory, staging.own);
        stage.beat(0);
    }

    /** The value of {@code restore_command} for the server. */
    public String restoreCommand() {
        return stage.restoreCommand();
    }

    /** The stage, which is gone when {@link #run} has returned. */
    public Path directory() {
        return stage.directory();
    }

    /** How many files were made ready so far. */
    public long delivered() {
        return delivered.get();
    }

    /**
     * What the server did not get because it is missing from the repository or not as it was stored: the first of it. Trouble
     * that passes, such as a store that does not answer, is none.
     */
    public Optional<String> damage() {
        return Optional.ofNullable(damage.peek());
    }

    /** Serves until it is stopped. */
    public void run() throws InterruptedException {
        try (var scope = Scope.open("serve-log", workers + 1)) {
            scope.fork(this::beat);
            while (!stopped) {
                var placedBefore = Set.copyOf(placed);
                var ready = new HashSet<>(stage.ready());
                noteFetched(placedBefore, ready);
                for (var name : wanted()) {
                    notThere.remove(name);
                    fork(scope, name, () -> answer(name));
                }
                var window = ahead();
                makeRoom(ready, window);
                for (var name : window) {
                    if (!ready.contains(name) && !notThere.contains(name)) {
                        fork(scope, name, () -> prepare(name));
                    }
                }
                wait.pause(LOOK_EVERY);
            }
        } finally {
            stage.remove();
        }
    }

    private void fork(Scope scope, String name, Scope.Action work) throws InterruptedException {
        if (fetching.size() < workers && fetching.add(name)) {
            scope.fork(work);
        }
    }

    private void beat() throws InterruptedException {
        for (var count = 1L; !stopped; count++) {
            stage.beat(count);
            wait.pause(BEAT_EVERY);
        }
    }

    /** What is waited for and not under way. */
    private List<String> wanted() {
        var wanted = new ArrayList<String>();
        for (var name : stage.wanted()) {
            if (WalSegmentName.matches(name)) {
                lastAsked = Optional.of(name);
            }
            if (!fetching.contains(name) && !stage.answered(name)) {
                wanted.add(name);
            }
        }
        return wanted;
    }

    /** What was made ready and is not there any more: the recovery has come that far. */
    private void noteFetched(Set<String> placedBefore, Set<String> ready) {
        var fetched = placedBefore.stream().filter(name -> !ready.contains(name)).toList();
        fetched.forEach(placed::remove);
        fetched.stream().max(Comparator.naturalOrder()).ifPresent(last -> lastAsked = Optional.of(last));
    }

    /** The segments that will be wanted next, as many as there is room for. */
    private List<String> ahead() {
        var names = new ArrayList<String>();
        var name = lastAsked.flatMap(log::following);
        while (name.isPresent() && names.size() < ahead) {
            names.add(name.get());
            name = log.following(name.get());
        }
        return names;
    }

    /** Takes back what was made ready and is not on the way any more. */
    private void makeRoom(Set<String> ready, List<String> window) {
        for (var name : ready) {
            if (placed.contains(name) && !window.contains(name) && !lastAsked.equals(Optional.of(name))) {
                placed.remove(name);
                stage.discard(name);
            }
        }
    }

    /** Answers the script. */
    private void answer(String name) throws InterruptedException {
        fetch(name, () -> {
            switch (log.find(name)) {
                case FindLog.Content content when WalSegmentName.matches(name) -> place(name, content);
                case FindLog.Content content -> deliver(name, content);
                case FindLog.Absent _ -> stage.absent(name);
                case FindLog.Trouble trouble -> refuse(name, trouble.why(), trouble.isDamage());
            }
        });
    }

    /** Makes a segment ready that nobody waits for: only a whole one, since the log may still grow. */
    private void prepare(String name) throws InterruptedException {
        fetch(name, () -> {
            var whole = log.findWhole(name);
            if (whole.isPresent()) {
                place(name, whole.get());
            } else {
                notThere.add(name);
            }
        });
    }

    private void place(String name, FindLog.Content content) {
        deliver(name, content);
        placed.add(name);
    }

    private void deliver(String name, FindLog.Content content) {
        delivered.incrementAndGet();
        stage.deliver(name, content.bytes());
    }

    private interface Fetch {
        void run() throws InterruptedException;
    }

    private void fetch(String name, Fetch work) throws InterruptedException {
        try {
            work.run();
        } catch (Stage.Unusable e) {
            if (!stopped) {
                throw e;
            }
        } catch (Fault e) {
            failed(name, e);
        } finally {
            fetching.remove(name);
        }
    }

    /** If nobody waits for it, it is tried again when somebody does. */
    private void failed(String name, Fault fault) {
        notThere.add(name);
        if (stage.wanted().contains(name)) {
            refuse(name, fault.what() + ": " + fault.subject(), fault.kind() == FaultKind.DAMAGE);
        }
    }

    /** Known here before the server hears of it: it ends soon after. */
    private void refuse(String name, String why, boolean isDamage) {
        if (isDamage) {
            damage.add(why);
        }
        stage.failed(name, why);
    }

    /** Asks it to stop serving; any thread may. A recovery that still wants log then stops with trouble. */
    public void stop() {
        stopped = true;
    }
}
