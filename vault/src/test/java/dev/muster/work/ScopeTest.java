// SPDX-License-Identifier: Apache-2.0
package dev.muster.work;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(30)
class ScopeTest {

    private final CountDownLatch never = new CountDownLatch(1);

    @Test
    void joinReturnsWhenEveryTaskHasEnded() throws Exception {
        var sum = new AtomicInteger();
        try (var scope = Scope.open("sum", 3)) {
            for (var i = 1; i <= 100; i++) {
                var number = i;
                scope.fork(() -> {
                    sum.addAndGet(number);
                });
            }
            scope.join();
            assertThat(sum).hasValue(5050);
        }
    }

    @Test
    void aTaskGivesItsResult() throws Exception {
        try (var scope = Scope.open("squares", 2)) {
            var tasks = new ArrayList<Task<Integer>>();
            for (var i = 0; i < 10; i++) {
                var number = i;
                tasks.add(scope.submit(() -> number * number));
            }
            for (var i = 0; i < 10; i++) {
                assertThat(tasks.get(i).await()).isEqualTo(i * i);
            }
            scope.join();
            assertThat(tasks.getLast().await()).isEqualTo(81);
        }
    }

    @Test
    void noMoreTasksRunAtOnceThanAllowed() throws Exception {
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        try (var scope = Scope.open("bounded", 4)) {
            for (var i = 0; i < 200; i++) {
                scope.fork(() -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    LockSupport.parkNanos(10_000);
                    now.decrementAndGet();
                });
            }
            scope.join();
        }
        assertThat(most.get()).isBetween(1, 4);
        assertThat(now).hasValue(0);
    }

    @Test
    void tasksRunTogetherUpToTheBound() throws Exception {
        var together = new CountDownLatch(4);
        try (var scope = Scope.open("together", 4)) {
            for (var i = 0; i < 4; i++) {
                scope.fork(() -> {
                    together.countDown();
                    together.await();
                });
            }
            scope.join();
        }
        assertThat(together.getCount()).isZero();
    }

    @Test
    void threadsCarryTheNameOfTheScope() throws Exception {
        var names = new ConcurrentLinkedQueue<String>();
        try (var scope = Scope.open("restore", 1)) {
            for (var i = 0; i < 3; i++) {
                scope.fork(() -> {
                    names.add(Thread.currentThread().getName());
                });
            }
            scope.join();
        }
        assertThat(names).containsExactly("restore-1", "restore-2", "restore-3");
    }

    @Test
    void theFirstFailureInterruptsTheOthersAndIsThrownAsItWas() {
        var interrupted = new CountDownLatch(2);
        var failure = new IllegalArgumentException("first");

        assertThatThrownBy(() -> {
            try (var scope = Scope.open("failing", 3)) {
                scope.fork(() -> awaitInterruption(interrupted));
                scope.fork(() -> awaitInterruption(interrupted));
                scope.fork(() -> {
                    throw failure;
                });
                scope.join();
            }
        }).isSameAs(failure).hasNoSuppressedExceptions();

        assertThat(interrupted.getCount()).isZero();
    }

    @Test
    void failuresOfOtherTasksAreSuppressedExceptionsOfTheFirst() {
        var bothStarted = new CountDownLatch(2);
        assertThatThrownBy(() -> {
            try (var scope = Scope.open("failing", 3)) {
                scope.fork(() -> failAfterInterruption(bothStarted, new IOException("could not close")));
                scope.fork(() -> failAfterInterruption(bothStarted, new SocketTimeoutException("no answer")));
                scope.fork(() -> {
                    bothStarted.await();
                    throw new IllegalStateException("first");
                });
                scope.join();
            }
        }).hasMessage("first")
                .satisfies(e -> assertThat(e.getSuppressed()).extracting(Throwable::getMessage)
                        .containsExactlyInAnyOrder("could not close", "no answer"));
    }

    @Test
    void aFailureWakesAForkThatWaitsForRoom() {
        var failure = new IllegalStateException("full and broken");
        var started = new CountDownLatch(1);
        assertThatThrownBy(() -> {
            try (var scope = Scope.open("full", 2)) {
                scope.fork(() -> {
                    started.await();
                    throw failure;
                });
                scope.fork(() -> {
                    started.countDown();
                    never.await();
                });
                scope.fork(never::await);
            }
        }).isSameAs(failure);
    }

    @Test
    void checkedFailuresAreWrapped() {
        assertThatThrownBy(() -> failWith(new IOException("disk"))).isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage("disk");
        assertThatThrownBy(() -> failWith(new Exception("other"))).isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("other");
    }

    @Test
    void errorsPassUnchanged() {
        var error = new AssertionError("broken");
        assertThatThrownBy(() -> {
            try (var scope = Scope.open("error", 1)) {
                scope.fork(() -> {
                    throw error;
                });
                scope.join();
            }
        }).isSameAs(error);
    }

    @Test
    void aTaskThatIsInterruptedFromOutsideIsAFailure() {
        assertThatThrownBy(() -> failWith(new InterruptedException("from outside")))
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("from outside");
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without null annotations can do
    void aNullResultIsAFailure() {
        assertThatThrownBy(() -> {
            try (var scope = Scope.open("null", 1)) {
                var nothing = new AtomicReference<String>();
                var _ = scope.submit(nothing::get);
                scope.join();
            }
        }).isInstanceOf(NullPointerException.class).hasMessage("a task returned null");
    }

    @Test
    void closeWithoutJoinAbandonsAndWaits() throws Exception {
        var started = new CountDownLatch(1);
        var ended = new AtomicBoolean();
        Task<Boolean> abandoned;
        try (var scope = Scope.open("abandoned", 1)) {
            abandoned = scope.submit(() -> {
                try {
                    started.countDown();
                    never.await();
                    return true;
                } finally {
                    ended.set(true);
                }
            });
            started.await();
        }
        assertThat(ended).isTrue();
        assertThatThrownBy(abandoned::await).isInstanceOf(CancellationException.class);
    }

    @Test
    void closeThrowsAFailureThatNobodyJoined() {
        var failure = new IllegalStateException("unseen");
        assertThatThrownBy(() -> {
            try (var scope = Scope.open("unseen", 1)) {
                scope.fork(() -> {
                    throw failure;
                });
            }
        }).isSameAs(failure);
    }

    @Test
    void aFailureOfTheBodyComesFirstAndTheTasksFailureIsSuppressed() {
        var started = new CountDownLatch(1);
        assertThatThrownBy(() -> {
            try (var scope = Scope.open("both", 1)) {
                scope.fork(() -> failAfterInterruption(started, new IOException("task")));
                started.await();
                throw new IllegalStateException("body");
            }
        }).hasMessage("body")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1)
                        .allSatisfy(suppressed -> assertThat(suppressed).hasRootCauseMessage("task")));
    }

    @Test
    void anInterruptedOwnerLeavesJoinAndTakesTheTasksAlong() throws Exception {
        var interrupted = new CountDownLatch(1);
        var started = new CountDownLatch(1);
        var thrown = new AtomicReference<Throwable>();
        var owner = Thread.ofVirtual().start(() -> {
            try (var scope = Scope.open("owner", 1)) {
                scope.fork(() -> {
                    started.countDown();
                    awaitInterruption(interrupted);
                });
                scope.join();
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        started.await();
        owner.interrupt();
        owner.join();

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class).hasNoSuppressedExceptions();
        assertThat(interrupted.getCount()).isZero();
    }

    @Test
    void closeKeepsTheInterruptOfItsOwner() throws Exception {
        var flag = new AtomicBoolean();
        var owner = Thread.ofVirtual().start(() -> {
            try (var scope = Scope.open("flag", 1)) {
                var started = new CountDownLatch(1);
                scope.fork(() -> {
                    started.countDown();
                    never.await();
                });
                started.await();
                Thread.currentThread().interrupt();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            flag.set(Thread.currentThread().isInterrupted());
        });
        owner.join();
        assertThat(flag).isTrue();
    }

    @Test
    void onlyTheOwnerForks() {
        assertThatThrownBy(() -> {
            try (var scope = Scope.open("mine", 2)) {
                scope.fork(() -> scope.fork(never::await));
                scope.join();
            }
        }).isInstanceOf(IllegalStateException.class).hasMessageContaining("scope mine belongs to thread");
    }

    @Test
    void aClosedScopeRefusesTasks() {
        var scope = Scope.open("closed", 1);
        scope.close();
        assertThatThrownBy(() -> scope.fork(never::await)).isInstanceOf(IllegalStateException.class)
                .hasMessage("scope closed is closed");
    }

    @Test
    void aScopeWithoutRoomIsRefused() {
        assertThatThrownBy(() -> Scope.open("empty", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whateverFailsNoTaskIsLeftAndOneFailureIsThrown() {
        for (var round = 0; round < 200; round++) {
            var alive = new AtomicInteger();
            var failing = round % 20;
            assertThatThrownBy(() -> {
                try (var scope = Scope.open("round", 5)) {
                    for (var number : IntStream.range(0, 20).toArray()) {
                        scope.fork(() -> liveAndFailIf(number == failing, alive));
                    }
                    scope.join();
                }
            }).hasMessage("planned");
            assertThat(alive).hasValue(0);
        }
    }

    private static void liveAndFailIf(boolean fail, AtomicInteger alive) {
        alive.incrementAndGet();
        try {
            LockSupport.parkNanos(10_000);
            if (fail) {
                throw new IllegalStateException("planned");
            }
        } finally {
            alive.decrementAndGet();
        }
    }

    private void awaitInterruption(CountDownLatch interrupted) throws InterruptedException {
        try {
            never.await();
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
    }

    private void failAfterInterruption(CountDownLatch started, Exception failure) throws Exception {
        try {
            started.countDown();
            never.await();
        } catch (InterruptedException _) {
            throw failure;
        }
    }

    private static void failWith(Exception failure) throws InterruptedException {
        try (var scope = Scope.open("failing", 1)) {
            scope.fork(() -> {
                throw failure;
            });
            scope.join();
        }
    }
}
