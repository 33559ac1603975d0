// SPDX-License-Identifier: Apache-2.0
package dev.muster.ledger;

import dev.muster.fault.Fault;
import dev.muster.vault.ledger.Entry;
import dev.muster.vault.ledger.LedgerWriter;
import dev.muster.vault.object.Uid;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** Enters one deed of this process. */
public final class Journal {

    private static final String ERROR = "error";

    private final LedgerWriter writer;
    private final InstantSource clock;
    private final Consumer<String> complaints;

    /** @param complaints hears, in a sentence, that something could not be entered */
    public Journal(LedgerWriter writer, InstantSource clock, Consumer<String> complaints) {
        this.writer = writer;
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
        return writer.session().uid();
    }

    /**
     * Does something and enters how it ended. That it cannot be entered is said and changes nothing.
     *
     * @param facts of what came of it
     */
    public <R> R enter(Deed deed, Work<R> work, Function<R, Map<String, String>> facts) throws InterruptedException {
        if (!writer.maySay(deed.action())) {
            R result = work.run();
            complain(deed, "the key's role may not speak of it");
            return result;
        }
        R result;
        try {
            result = work.run();
        } catch (RuntimeException e) {
            close(deed, Entry.Outcome.FAILED, Map.of(ERROR, name(e)));
            throw e;
        }
        close(deed, Entry.Outcome.DONE, facts.apply(result));
        return result;
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
            writer.add(entry(deed, Entry.Outcome.BEGUN, Map.of()));
            require(deed, writer::flush);
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
            writer.add(entry(deed, Entry.Outcome.BEGUN, Map.of()));
            require(deed, writer::end);
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

    /** What is over stays over, whatever becomes of its entry. */
    private void close(Deed deed, Entry.Outcome outcome, Map<String, String> facts) {
        try {
            writer.add(entry(deed, outcome, facts));
            writer.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            complain(deed, "interrupted");
        } catch (RuntimeException e) {
            complain(deed, String.valueOf(e.getMessage()));
        }
    }

    private void complain(Deed deed, String why) {
        complaints.accept("This could not be entered in the repository's ledger, and stands all the same: "
                + deed.action() + " (" + why + ").");
    }

    private Entry entry(Deed deed, Entry.Outcome outcome, Map<String, String> facts) {
        return new Entry.Known(clock.instant(), deed.action(), outcome, deed.system(), deed.subject(), facts);
    }

    /** A message could hold anything: the code says enough. */
    private static String name(RuntimeException e) {
        return e instanceof Fault fault ? fault.code() : e.getClass().getSimpleName();
    }
}
