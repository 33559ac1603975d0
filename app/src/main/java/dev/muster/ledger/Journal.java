// SPDX-License-Identifier: Apache-2.0
package dev.muster.ledger;

import dev.muster.fault.Fault;
import dev.muster.vault.ledger.Entry;
import dev.muster.vault.ledger.LedgerWriter;
import dev.muster.vault.object.Uid;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** Enters one deed of this process. */
public final class Journal {

    /** The fact that says why something failed. */
    public static final String ERROR = "error";

    private static final int SUBJECT_BYTES_MAX = 1000;
    private static final int FACT_BYTES_MAX = 1300;
    private static final String NOT_ITS = "the key's role may not speak of it";

    private final LedgerWriter writer;
    private final Standing standing;
    private final InstantSource clock;
    private final Consumer<String> complaints;
    private volatile boolean complained;

    /** Whether the key's slot may still speak. */
    @FunctionalInterface
    public interface Standing {

        /**
         * Looks whether it still may.
         *
         * @throws dev.muster.vault.object.VaultFault.WrongKey if it was removed: what it says would count for nothing
         */
        void require() throws InterruptedException;
    }

    /**
     * @param standing asked before something is entered that took long
     * @param complaints hears, in a sentence, that something could not be entered
     */
    public Journal(LedgerWriter writer, Standing standing, InstantSource clock, Consumer<String> complaints) {
        this.writer = writer;
        this.standing = standing;
        this.clock = clock;
        this.complaints = complaints;
    }

    /**
     * The deed itself.
     *
     * @param <R> what comes of it
     */
    @FunctionalInterface
    public interface Work<R> {
        R run() throws InterruptedException;
    }

    /** The session that is written, for what refers to it. */
    public Uid session() {
        return writer.session();
    }

    /**
     * Does something and enters how it ended. That it cannot be entered is said once and changes nothing.
     *
     * @param facts of what came of it
     */
    public <R> R enter(Deed deed, Work<R> work, Function<R, Map<String, String>> facts) throws InterruptedException {
        R result;
        try {
            result = work.run();
        } catch (RuntimeException e) {
            if (writer.maySay(deed.action())) {
                end(deed, Entry.Outcome.FAILED, Map.of(ERROR, name(e)));
            }
            throw e;
        }
        end(deed, Entry.Outcome.DONE, facts.apply(result));
        return result;
    }

    /**
     * Enters that something is attempted, does it whether or not that could be entered, and enters how it ended. Who is killed
     * in between leaves an attempt without an outcome.
     *
     * @param facts of what came of it
     */
    public <R> R attempt(Deed deed, Work<R> work, Function<R, Map<String, String>> facts)
            throws InterruptedException {
        begin(deed, Map.of());
        return enter(deed, work, facts);
    }

    /** Enters that something begins, as {@link #note} does. */
    public void begin(Deed deed, Map<String, String> facts) throws InterruptedException {
        add(deed, Entry.Outcome.BEGUN, facts);
    }

    /** Enters something that is done. If that is not possible now it is said, and tried again with what is entered next. */
    public void note(Deed deed, Map<String, String> facts) throws InterruptedException {
        add(deed, Entry.Outcome.DONE, facts);
    }

    private void add(Deed deed, Entry.Outcome outcome, Map<String, String> facts) throws InterruptedException {
        if (!writer.maySay(deed.action())) {
            complain(deed.action(), NOT_ITS);
            return;
        }
        try {
            writer.add(entry(deed, outcome, facts));
            writer.flush();
        } catch (RuntimeException e) {
            complain(deed.action(), String.valueOf(e.getMessage()));
        }
    }

    /** Enters how something ended, and that nothing is entered behind it. What is over stays over, whatever becomes of this. */
    public void end(Deed deed, Entry.Outcome outcome, Map<String, String> facts) {
        if (!writer.maySay(deed.action())) {
            complain(deed.action(), NOT_ITS);
            return;
        }
        try {
            standing.require();
            writer.add(entry(deed, outcome, facts));
            writer.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            complain(deed.action(), "interrupted");
        } catch (RuntimeException e) {
            complain(deed.action(), String.valueOf(e.getMessage()));
        }
    }

    /**
     * Enters that something begins, does it, and enters how it ended. What the key's role may not speak of it may not do
     * either: that is left to the work to refuse.
     *
     * @param facts of what came of it
     * @throws LedgerFault.NotEntered if its beginning cannot be entered: then nothing was done
     */
    public <R> R announce(Deed deed, Work<R> work, Function<R, Map<String, String>> facts)
            throws InterruptedException {
        if (writer.maySay(deed.action())) {
            require(deed, () -> {
                writer.add(entry(deed, Entry.Outcome.BEGUN, Map.of()));
                writer.flush();
            });
        }
        return enter(deed, work, facts);
    }

    /**
     * Enters that something begins and ends the session, since nothing can be entered behind it.
     *
     * @throws LedgerFault.NotEntered if it cannot be entered: then nothing was done
     */
    public <R> R announceLast(Deed deed, Work<R> work) throws InterruptedException {
        if (writer.maySay(deed.action())) {
            require(deed, () -> {
                writer.add(entry(deed, Entry.Outcome.BEGUN, Map.of()));
                writer.end();
            });
        }
        return work.run();
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private static void require(Deed deed, Step step) throws InterruptedException {
        try {
            step.run();
        } catch (RuntimeException e) {
            throw new LedgerFault.NotEntered(deed.action(), e);
        }
    }

    /** Says once that something could not be entered. */
    public void complain(String action, String why) {
        if (!complained) {
            complained = true;
            complaints
                    .accept("This could not be entered in the repository's ledger, and is done all the same: " + action
                            + " (" + why + ").");
        }
    }

    private Entry entry(Deed deed, Entry.Outcome outcome, Map<String, String> facts) {
        Map<String, String> some = new TreeMap<>();
        facts.forEach((name, value) -> some.put(name, beginning(value, FACT_BYTES_MAX)));
        return new Entry.Known(clock.instant(), deed.action(), outcome, deed.system(),
                beginning(deed.subject(), SUBJECT_BYTES_MAX), some);
    }

    private static String beginning(String text, int bytesMax) {
        String some = text;
        for (int bytes = bytes(some); bytes > bytesMax; bytes = bytes(some)) {
            some = some.substring(0, (int) ((long) some.length() * bytesMax / bytes));
        }
        return some;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** What is entered of a failure. A message could hold anything: the code says enough. */
    public static String name(RuntimeException e) {
        return e instanceof Fault fault ? fault.code() : e.getClass().getSimpleName();
    }
}
