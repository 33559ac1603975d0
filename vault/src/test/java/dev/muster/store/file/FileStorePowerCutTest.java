// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.file;

import dev.muster.disk.Disk;
import dev.muster.disk.InterceptedDisk;
import dev.muster.disk.InterceptedDisk.Interceptor;
import dev.muster.disk.InterceptedDisk.Operation;
import dev.muster.disk.InterceptedDisk.Step;
import dev.muster.disk.InterceptedDisk.Stopped;
import dev.muster.disk.PowerCutDisk;
import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The power is cut, the process is killed, or the disk fails at every single operation of many seeded scripts: what the
 * store had acknowledged is there afterwards, nothing is torn, and the store opens and works again.
 */
class FileStorePowerCutTest {

    private static final int ACTIONS = 8;

    /** Raised for a long run: every sweep takes so many times as many seeds. */
    private static final int TIMES = Integer.getInteger("muster.test.seeds.times", 1);

    /** How objects get their names. */
    enum Naming {

        LINKED, MOVED;

        /** This disk as one with or without hard links. */
        Interceptor and(Interceptor interceptor) {
            return step -> {
                if (this == MOVED && step.operation() == Operation.LINK) {
                    throw new UnsupportedOperationException("no hard links here");
                }
                return interceptor.before(step);
            };
        }
    }

    /** One run of a script up to some operation. */
    private static final class Run {

        private final long seed;
        private final PowerCutDisk disk;
        private final Witness witness = new Witness();
        private final List<Witness.Action> left;
        private boolean created;
        private long processes;

        Run(long seed, int number) {
            this.seed = seed;
            this.disk = new PowerCutDisk(seed * 1_000_003 + number, ticking());
            this.left = new ArrayList<>(Witness.script(seed, ACTIONS));
        }

        /** Makes the store and does what is left of the script; returns how many operations that took. */
        int go(Interceptor interceptor) throws InterruptedException {
            var process = new InterceptedDisk(disk, interceptor);
            try {
                var store = FileStore.create(process, new Random(seed));
                created = true;
                goOn(store);
            } catch (Stopped _) {
                // What was going on is in doubt, the rest was not begun.
            }
            return process.steps();
        }

        void goOn(Store store) throws InterruptedException {
            while (!left.isEmpty()) {
                witness.act(store, left.getFirst());
                left.removeFirst();
            }
        }

        /** Another process opens what is left on a disk; a store whose making was acknowledged must be there. */
        Store reopen(Disk remains) throws InterruptedException {
            processes++;
            var names = new Random(seed + processes * 1_000_003);
            try {
                return FileStore.open(remains, names);
            } catch (StoreException.Absent e) {
                if (created) {
                    throw new AssertionError("the store itself is lost", e);
                }
                return FileStore.create(remains, names);
            }
        }
    }

    private static InstantSource ticking() {
        var millis = new AtomicLong();
        return () -> Instant.ofEpochMilli(millis.incrementAndGet());
    }

    @ParameterizedTest
    @EnumSource
    void whatWasAcknowledgedSurvivesAPowerCutAtEveryOperation(Naming naming) throws Exception {
        var runs = 0;
        for (var seed = 0; seed < 40 * TIMES; seed++) {
            var steps = new Run(seed, 0).go(naming.and(_ -> true));
            for (var number = 1; number <= steps + 1; number++) {
                assertThat(objectionsAfterACut(seed, number, naming.and(InterceptedDisk.stoppingAt(number))))
                        .as("seed %d, cut at operation %d", seed, number).isEmpty();
                runs++;
            }
        }
        System.out.println("power cuts, " + naming + ": " + runs + " runs");
        assertThat(runs).isGreaterThan(3_000);
    }

    /** Cuts once, goes on with the script on what is left, and cuts again at its end. */
    private static List<String> objectionsAfterACut(long seed, int number, Interceptor interceptor)
            throws InterruptedException {
        var run = new Run(seed, number);
        run.go(interceptor);
        var remains = run.disk.cut();
        var store = run.reopen(remains);
        var objections = run.witness.objections(store);
        if (objections.isEmpty()) {
            run.witness.settle(store);
            run.goOn(store);
            objections.addAll(run.witness.objections(run.reopen(remains.cut())));
        }
        return objections;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsRepeatedAfterAKillSurvivesAPowerCut(Naming naming) throws Exception {
        var runs = 0;
        for (var seed = 0; seed < 25 * TIMES; seed++) {
            var steps = new Run(seed, 0).go(naming.and(_ -> true));
            for (var number = 1; number <= steps; number++) {
                var stopping = naming.and(InterceptedDisk.stoppingAt(number));
                assertThat(objectionsAfterAKill(seed, number, stopping, naming.and(_ -> true)))
                        .as("seed %d, killed at operation %d", seed, number).isEmpty();
                runs++;
            }
        }
        System.out.println("kills, repetitions and power cuts, " + naming + ": " + runs + " runs");
        assertThat(runs).isGreaterThan(2_000);
    }

    /** Kills a process, lets another repeat what the first was doing, and cuts the power when that returns. */
    private static List<String> objectionsAfterAKill(long seed, int number, Interceptor first, Interceptor second)
            throws InterruptedException {
        var run = new Run(seed, number);
        run.go(first);
        var store = run.reopen(new InterceptedDisk(run.disk, second));
        run.created = true;
        var objections = run.witness.objections(store);
        if (!run.left.isEmpty()) {
            var repeated = run.left.getFirst();
            run.witness.act(store, repeated);
        }
        objections.addAll(run.witness.objections(run.reopen(run.disk.cut())));
        return objections;
    }

    @Test
    void aStoreThatLeavesOutAForceIsCaught() throws Exception {
        assertCaught("bytes are not forced", step -> step.path().startsWith(".tmp/"));
        assertCaught("the directory is not forced", step -> step.path().equals("data/0a"));
        assertCaught("a directory above is not forced", step -> step.path().equals("data"));
        assertCaught("the top is not forced", step -> step.path().isEmpty());
    }

    /** A test of the tests: with these forces left out, some run must end in an objection. */
    private static void assertCaught(String what, Predicate<Step> leftOut) throws InterruptedException {
        for (var seed = 0; seed < 60; seed++) {
            var steps = new Run(seed, 0).go(_ -> true);
            for (var number = 1; number <= steps + 1; number++) {
                var stopping = InterceptedDisk.stoppingAt(number);
                Interceptor forgetful = step -> stopping.before(step)
                        && !(step.operation() == Operation.FORCE && leftOut.test(step));
                if (isCaught(seed, number, forgetful)) {
                    return;
                }
            }
        }
        throw new AssertionError("not caught: " + what);
    }

    private static boolean isCaught(long seed, int number, Interceptor forgetful) throws InterruptedException {
        try {
            return !objectionsAfterACut(seed, number, forgetful).isEmpty();
        } catch (AssertionError | StoreException _) {
            return true;
        }
    }

    @Test
    void aRepetitionThatTakesAnObjectForDurableBecauseItIsThereIsCaught() throws Exception {
        for (var seed = 0; seed < 40; seed++) {
            var steps = new Run(seed, 0).go(_ -> true);
            for (var number = 1; number <= steps; number++) {
                var first = InterceptedDisk.stoppingAt(number);
                if (!objectionsAfterAKill(seed, number, first, trustingWhatIsThere()).isEmpty()) {
                    return;
                }
            }
        }
        throw new AssertionError("not caught");
    }

    /** Leaves out every force of a directory of objects, unless this process has linked one itself. */
    private static Interceptor trustingWhatIsThere() {
        var linked = new AtomicBoolean();
        return step -> {
            var object = step.path().startsWith("data/") || step.path().startsWith("wal/");
            linked.compareAndSet(false, object && step.operation() == Operation.LINK);
            return linked.get() || !object || step.operation() != Operation.FORCE;
        };
    }

    @ParameterizedTest
    @EnumSource
    void whatAProcessPutsAmidstAnothersPutSurvivesAPowerCut(Naming naming) throws Exception {
        var others = List.of(Key.of("data/new/deep/1"), Key.of("data/new/deep/2"), Key.of("data/new/3"));
        var runs = 0;
        for (var seed = 0; seed < 10 * TIMES; seed++) {
            for (var other : others) {
                var steps = new Amidst(seed, naming).steps();
                for (var number = 1; number <= steps; number++) {
                    new Amidst(seed, naming).run(number, other, FIRST, true);
                    new Amidst(seed + 1_000, naming).run(number, other, FIRST, false);
                    new Amidst(seed + 2_000, naming).run(number, other, SECOND, true);
                    new Amidst(seed + 3_000, naming).run(number, other, SECOND, false);
                    runs += 4;
                }
            }
        }
        System.out.println("interleaved puts, " + naming + ": " + runs + " runs");
        assertThat(runs).isGreaterThan(1_000);
    }

    private static final byte[] FIRST = {1, 2, 3};
    private static final byte[] SECOND = {4, 5};

    /** Two processes with the store open; one puts an object while the other is putting one. */
    private static final class Amidst {

        private static final Key KEY = Key.of("data/new/deep/1");

        private final long seed;
        private final Naming naming;
        private final PowerCutDisk disk;
        private final Store other;
        private final Map<Key, byte[]> acknowledged = new HashMap<>();
        private boolean stopped;

        Amidst(long seed, Naming naming) throws InterruptedException {
            this.seed = seed;
            this.naming = naming;
            this.disk = new PowerCutDisk(seed, ticking());
            this.other = FileStore.create(new InterceptedDisk(disk, naming.and(_ -> true)), new Random(seed));
        }

        /** How many operations the put takes that the other one comes amidst. */
        int steps() throws InterruptedException {
            var process = new InterceptedDisk(disk, naming.and(_ -> true));
            var store = FileStore.open(process, new Random(seed + 1));
            var opening = process.steps();
            store.put(KEY, Content.of(FIRST));
            return process.steps() - opening;
        }

        /**
         * Lets the other put come before this operation of the first, and cuts the power as soon as the other put has
         * returned, or after both.
         */
        void run(int number, Key otherKey, byte[] otherBytes, boolean atOnce) throws InterruptedException {
            var counting = new AtomicInteger(Integer.MIN_VALUE);
            var process = new InterceptedDisk(disk, naming.and(step -> {
                if (counting.incrementAndGet() == number) {
                    put(other, otherKey, otherBytes);
                    stopped = atOnce;
                }
                if (stopped) {
                    throw new Stopped(step);
                }
                return true;
            }));
            var store = FileStore.open(process, new Random(seed + 1));
            counting.set(0);
            try {
                put(store, KEY, FIRST);
            } catch (Stopped _) {
                // The power is cut here.
            }
            var left = FileStore.open(disk.cut(), new Random(seed + 2));
            assertThat(atOnce || !acknowledged.isEmpty()).isTrue();
            for (var object : acknowledged.entrySet()) {
                assertThat(left.read(object.getKey(), Range.whole()))
                        .as("seed %d, operation %d, %s", seed, number, object.getKey()).isEqualTo(object.getValue());
            }
        }

        private void put(Store store, Key key, byte[] bytes) {
            try {
                store.put(key, Content.of(bytes));
                var before = acknowledged.put(key, bytes);
                if (naming == Naming.LINKED && before != null) {
                    assertThat(bytes).isEqualTo(before);
                }
            } catch (StoreException.AlreadyExists _) {
                // The other was faster.
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDiskThatFailsAtAnyOperationIsSurvivedByTryingAgain(Naming naming) throws Exception {
        var runs = 0;
        for (var seed = 0; seed < 15 * TIMES; seed++) {
            var steps = new Run(seed, 0).go(naming.and(_ -> true));
            for (var number = 1; number <= steps; number++) {
                var run = new Run(seed, number);
                var failing = failingAt(number);
                var process = new InterceptedDisk(run.disk, naming.and(failing));
                var store = persistently(() -> run.reopen(process));
                while (!run.left.isEmpty()) {
                    persistently(() -> {
                        run.witness.act(store, run.left.getFirst());
                        return true;
                    });
                    run.left.removeFirst();
                }
                assertThat(run.witness.objections(run.reopen(run.disk.cut())))
                        .as("seed %d, failure at operation %d", seed, number).isEmpty();
                runs++;
            }
        }
        System.out.println("failures of the disk, " + naming + ": " + runs + " runs");
        assertThat(runs).isGreaterThan(1_000);
    }

    private static Interceptor failingAt(int number) {
        return step -> {
            if (step.number() == number) {
                throw new IOException("the disk failed at " + step);
            }
            return true;
        };
    }

    /** Something that a failing disk may fail once. */
    @FunctionalInterface
    private interface Attempt<R> {
        R run() throws InterruptedException;
    }

    private static <R> R persistently(Attempt<R> attempt) throws InterruptedException {
        try {
            return attempt.run();
        } catch (StoreException.Transient e) {
            assertThat(e.retryable()).isTrue();
            return attempt.run();
        }
    }
}
