// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.roll;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import dev.muster.vault.statement.Outcome;
import dev.muster.vault.statement.Shelf;
import dev.muster.vault.statement.Statement;
import dev.muster.vault.statement.Statements;
import dev.muster.vault.statement.Survey;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The roll of one repository. Each entry is read once. Thread-safe. */
public final class Roll {

    private final Statements statements;
    private final Uid instance;
    private final InstantSource clock;
    private final Shelf<Read> shelf;
    private volatile List<Digest> headsSeen = List.of();

    /** @param instance of the repository, from its charter: entries of another say nothing here */
    public Roll(Statements statements, Uid instance, InstantSource clock) {
        this.statements = statements;
        this.instance = instance;
        this.clock = clock;
        this.shelf = new Shelf<>(statements, Kind.ROLL, this::interpret);
    }

    /** Reads the roll as it is now. */
    public RollView read() throws InterruptedException {
        Survey<Read> survey = shelf.survey();
        Map<Digest, RollEntry> entries = new LinkedHashMap<>();
        survey.said().forEach(read -> entries.put(read.digest, read.entry));
        RollView view = new RollView(entries, survey.refused().stream().map(Outcome.Refused::why).toList());
        headsSeen = view.heads();
        return view;
    }

    /** The heads that were there when the roll was last read; empty before that. */
    public List<Digest> headsSeen() {
        return headsSeen;
    }

    /**
     * Adds an entry above all that are there.
     *
     * @param host of the writer
     * @return its digest
     * @throws VaultFault.NotGranted if this slot's role may not say one of the events
     */
    public Digest append(String host, List<RollEvent> events) throws InterruptedException {
        return append(host, events, read());
    }

    /**
     * Adds an entry above those that were seen. Who says a checkpoint reads the roll first and lists the snapshots
     * afterwards: whatever was committed by an entry that it saw is then on its list.
     */
    public Digest append(String host, List<RollEvent> events, RollView seen) throws InterruptedException {
        return put(host, events, seen).digest;
    }

    /**
     * The same.
     *
     * @return what was seen, and the new entry
     */
    public RollView extend(String host, List<RollEvent> events, RollView seen) throws InterruptedException {
        Read put = put(host, events, seen);
        RollView view = seen.with(put.digest, put.entry);
        headsSeen = view.heads();
        return view;
    }

    private Read put(String host, List<RollEvent> events, RollView seen) throws InterruptedException {
        Role role = statements.chain().role();
        for (RollEvent event : events) {
            if (!event.isOf(role)) {
                throw new VaultFault.NotGranted("put this on the roll", role.toString());
            }
        }
        RollEntry entry = new RollEntry(instance, seen.heads(), clock.instant(), host, events);
        ObjectKey key = statements.put(Kind.ROLL, digest -> ObjectKeys.of(Kind.ROLL, digest), entry.encode());
        return new Read(key.digest(), entry);
    }

    private record Read(Digest digest, RollEntry entry) {}

    private Read interpret(Statement statement) {
        RollEntry entry = statement.decode(RollEntry::decode);
        for (RollEvent event : entry.events()) {
            if (!event.isOf(statement.role())) {
                throw new VaultFault.Untrusted("a " + statement.role() + " may not put this on the roll",
                        statement.key().value());
            }
        }
        if (!entry.instance().equals(instance)) {
            throw new VaultFault.Untrusted("of another instance of the repository", statement.key().value());
        }
        return new Read(statement.key().digest(), entry);
    }
}
