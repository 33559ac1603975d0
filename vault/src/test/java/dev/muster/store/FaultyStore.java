// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import dev.muster.store.MeteredStore.Verb;
import dev.muster.work.Pause;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A store that fails as a script says. Every call has a number, so that a test can let a piece of work run once without
 * faults, ask for the {@link #injections} that this makes possible, and repeat the work with each of them. Safe for use
 * by any thread; the numbers are reproducible as long as one thread uses the store.
 */
public final class FaultyStore implements Store {

    /** What goes wrong with a call. */
    public enum Fault {

        /** It fails and has done nothing; a retry may succeed. */
        ERROR_BEFORE,
        /** It fails and has done everything; a retry may succeed. */
        ERROR_AFTER,
        /** It fails and half of the object has become visible, which no store may do and a copy made by hand can. */
        TORN_PUT,
        /** The bytes end half-way, and the stream says so. */
        SHORT_READ,
        /** One bit in the middle is another, and nothing says so. */
        FLIPPED_READ,
        /** The listing fails after a few objects. */
        PARTIAL_LIST,
        /** It waits before it begins. */
        SLOW,
        /** The process dies before the store has done anything: this call and all later ones end so. */
        CRASH_BEFORE,
        /** The process dies when the store has done it: this call and all later ones end so. */
        CRASH_AFTER;

        /** Whether a call of this verb can go wrong in this way. */
        public boolean appliesTo(Verb verb) {
            return switch (this) {
                case TORN_PUT -> verb == Verb.PUT;
                case SHORT_READ, FLIPPED_READ -> verb == Verb.GET;
                case PARTIAL_LIST -> verb == Verb.LIST;
                case ERROR_BEFORE, ERROR_AFTER, SLOW, CRASH_BEFORE, CRASH_AFTER -> true;
            };
        }
    }

    /**
     * A call.
     *
     * @param number from 1
     * @param subject the key or prefix; empty for now
     */
    public record Call(int number, Verb verb, String subject) {}

    /** A fault of one call, by the number of the call. */
    public record Injection(Call call, Fault fault) {}

    /** Decides what goes wrong; a fault that does not apply to the verb of a call is none. */
    @FunctionalInterface
    public interface Script {
        Optional<Fault> fault(Call call);
    }

    /** The end of the process: no exception, so that nothing handles or repeats it. */
    public static final class Crashed extends Error {

        private static final long serialVersionUID = 1;

        Crashed(Call call) {
            super("crashed at " + call);
        }
    }

    @FunctionalInterface
    private interface Work<R> {
        R run(Call call, Optional<Fault> fault) throws InterruptedException;
    }

    private static final int PARTIAL_OBJECTS = 3;
    private static final Duration SLOWNESS = Duration.ofSeconds(1);

    private final Store inner;
    private final Script script;
    private final Pause pause;
    private final AtomicInteger numbers = new AtomicInteger();
    private final List<Call> calls = new ArrayList<>();
    private volatile boolean crashed;

    /** A store whose slow calls take no time. */
    public FaultyStore(Store inner, Script script) {
        this(inner, script, _ -> {
        });
    }

    /** @param pause what slow calls wait with */
    public FaultyStore(Store inner, Script script, Pause pause) {
        this.inner = inner;
        this.script = script;
        this.pause = pause;
    }

    /** Nothing goes wrong. */
    public static Script nothing() {
        return _ -> Optional.empty();
    }

    /** This goes wrong with the call of this number. */
    public static Script at(int number, Fault fault) {
        return call -> call.number() == number ? Optional.of(fault) : Optional.empty();
    }

    /**
     * This share of the calls goes wrong in one of these ways. The seed decides by the verb, the key and how often it
     * was called for that key, so that the order in which threads come does not matter.
     */
    public static Script seeded(long seed, double share, Fault... faults) {
        Map<String, Integer> repetitions = new HashMap<>();
        return call -> {
            int repetition;
            synchronized (repetitions) {
                repetition = repetitions.merge(call.verb() + call.subject(), 1, Integer::sum);
            }
            var random = new Random(seed * 31 + (call.verb() + call.subject()).hashCode() * 1_000_003L + repetition);
            return random.nextDouble() < share
                    ? Optional.of(faults[random.nextInt(faults.length)])
                    : Optional.empty();
        };
    }

    /** The calls so far, in the order of their numbers. */
    public List<Call> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    /** Every fault that each of the calls so far could have had. */
    public List<Injection> injections() {
        var injections = new ArrayList<Injection>();
        for (var call : calls()) {
            for (var fault : Fault.values()) {
                if (fault.appliesTo(call.verb())) {
                    injections.add(new Injection(call, fault));
                }
            }
        }
        return injections;
    }

    @Override
    public BlobInfo put(Key key, Content content) throws InterruptedException {
        return faulty(Verb.PUT, key.value(), (call, fault) -> {
            if (fault.filter(Fault.TORN_PUT::equals).isPresent()) {
                inner.put(key, Content.of(firstHalf(content)));
                throw error(call);
            }
            return inner.put(key, content);
        });
    }

    @Override
    public <R> R get(Key key, Range range, Reading<R> reading) throws InterruptedException {
        return faulty(Verb.GET, key.value(), (call, fault) -> inner.get(key, range,
                (bytes, length) -> reading.read(new FaultyStream(bytes, length / 2, fault, call), length)));
    }

    @Override
    public Optional<BlobInfo> stat(Key key) throws InterruptedException {
        return faulty(Verb.STAT, key.value(), (_, _) -> inner.stat(key));
    }

    @Override
    public void list(Prefix prefix, Each each) throws InterruptedException {
        faulty(Verb.LIST, prefix.value(), (call, fault) -> {
            var partial = fault.filter(Fault.PARTIAL_LIST::equals).isPresent();
            var left = new AtomicInteger(partial ? PARTIAL_OBJECTS : Integer.MAX_VALUE);
            inner.list(prefix, blob -> {
                if (left.getAndDecrement() == 0) {
                    throw error(call);
                }
                each.accept(blob);
            });
            if (partial) {
                throw error(call);
            }
            return true;
        });
    }

    @Override
    public void delete(Key key) throws InterruptedException {
        faulty(Verb.DELETE, key.value(), (_, _) -> {
            inner.delete(key);
            return true;
        });
    }

    @Override
    public Instant now() throws InterruptedException {
        return faulty(Verb.NOW, "", (_, _) -> inner.now());
    }

    @Override
    public Capabilities capabilities() {
        return inner.capabilities();
    }

    @Override
    public String place() {
        return inner.place();
    }

    @Override
    public void close() {
        inner.close();
    }

    private <R> R faulty(Verb verb, String subject, Work<R> work) throws InterruptedException {
        Call call;
        synchronized (calls) {
            call = new Call(numbers.incrementAndGet(), verb, subject);
            calls.add(call);
        }
        if (crashed) {
            throw new Crashed(call);
        }
        var fault = script.fault(call).filter(found -> found.appliesTo(verb));
        before(call, fault);
        var result = work.run(call, fault);
        after(call, fault);
        return result;
    }

    private void before(Call call, Optional<Fault> fault) throws InterruptedException {
        if (fault.isEmpty()) {
            return;
        }
        switch (fault.get()) {
            case ERROR_BEFORE -> throw error(call);
            case CRASH_BEFORE -> throw crash(call);
            case SLOW -> pause.pause(SLOWNESS);
            default -> {
                // Goes wrong later.
            }
        }
    }

    private void after(Call call, Optional<Fault> fault) {
        if (fault.filter(Fault.ERROR_AFTER::equals).isPresent()) {
            throw error(call);
        }
        if (fault.filter(Fault.CRASH_AFTER::equals).isPresent()) {
            throw crash(call);
        }
    }

    private Crashed crash(Call call) {
        crashed = true;
        return new Crashed(call);
    }

    private static StoreException error(Call call) {
        return StoreException.Transient.of(call.subject() + " at " + call, new IOException("injected fault"));
    }

    private static byte[] firstHalf(Content content) {
        try (var source = content.open()) {
            return source.readNBytes((int) (content.length() / 2));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A stream in the middle of which something is wrong. */
    private static final class FaultyStream extends FilterInputStream {

        private final Optional<Fault> fault;
        private final Call call;
        private long untilMiddle;

        FaultyStream(InputStream source, long middle, Optional<Fault> fault, Call call) {
            super(source);
            this.untilMiddle = middle;
            this.fault = fault;
            this.call = call;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (fault.filter(Fault.SHORT_READ::equals).isPresent()) {
                if (untilMiddle == 0) {
                    throw StoreException.Transient.shortRead(call.subject(), 1);
                }
                return passing(target, offset, (int) Math.min(length, untilMiddle));
            }
            var before = untilMiddle;
            var n = passing(target, offset, length);
            if (fault.filter(Fault.FLIPPED_READ::equals).isPresent() && before >= 0 && before < n) {
                target[offset + (int) before] ^= 0x10;
            }
            return n;
        }

        private int passing(byte[] target, int offset, int length) throws IOException {
            var n = in.read(target, offset, length);
            untilMiddle -= Math.max(n, 0);
            return n;
        }
    }
}
