// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.store.BlobInfo;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Month;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.statement.Outcome;
import dev.muster.vault.statement.Shelf;
import dev.muster.vault.statement.Statement;
import dev.muster.vault.statement.Statements;
import dev.muster.vault.statement.Survey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The ledger of one repository. Thread-safe. */
public final class Ledger {

    private static final int READS_MAX = 1024;
    private static final int RECENT_CHECKPOINTS = 16;
    private static final int REMEMBERED_MAX = 16;

    private final Statements statements;
    private final Uid instance;
    private final Shelf<StoredBatch> shelf;
    private final Shelf<StoredCheckpoint> marks;

    /** @param instance of the repository, from its charter: what was said for another says nothing here */
    public Ledger(Statements statements, Uid instance) {
        this.statements = statements;
        this.instance = instance;
        this.shelf = new Shelf<>(statements, Kind.LEDGER, this::batch);
        this.marks = new Shelf<>(statements, Kind.CHECKPOINT, this::checkpoint);
    }

    Statements statements() {
        return statements;
    }

    Uid instance() {
        return instance;
    }

    /** Reads all of it, what was read before only if it is not there any more or could not be read. */
    public LedgerView read() throws InterruptedException {
        Survey<StoredCheckpoint> checkpoints = marks.survey();
        Survey<StoredBatch> batches = shelf.survey();
        Map<String, VaultFault> refused = new TreeMap<>();
        batches.refused().forEach(each -> refused.put(each.key().value(), each.why()));
        checkpoints.refused().forEach(each -> refused.put(each.key().value(), each.why()));
        return new LedgerView(batches.said(), checkpoints.said(), refused,
                batches.vanished() || checkpoints.vanished());
    }

    /**
     * The ends that a new session names: those that its host remembers, if they are there, and those of the sessions that were
     * stored last. What does not count is passed over, so that nobody pushes real ends out of sight by putting junk.
     *
     * @param now by the store's clock
     * @param remembered by the host
     */
    public Heads recent(Instant now, Heads remembered) throws InterruptedException {
        List<BlobInfo> listed = recentlyListed(Month.of(now));
        Set<Uid> first = new HashSet<>();
        for (ObjectKey.Ledger batch : remembered.batches().stream().limit(REMEMBERED_MAX).toList()) {
            first.add(batch.session());
            statements.list(batch).filter(blob -> !listed.contains(blob)).ifPresent(listed::add);
        }
        List<StoredBatch> ends = ends(inOrder(listed, first));
        return new LedgerView(ends, recentCheckpoints(Set.copyOf(remembered.checkpoints())), Map.of(), false).heads();
    }

    private List<StoredCheckpoint> recentCheckpoints(Set<Digest> first) throws InterruptedException {
        List<BlobInfo> listed = new ArrayList<>(statements.list(Kind.CHECKPOINT));
        listed.sort(Comparator.comparing((BlobInfo blob) -> !isOneOf(blob, first))
                .thenComparing(Comparator.comparing(BlobInfo::storeTime).reversed()));
        return said(statements.readAll(Kind.CHECKPOINT, listed.subList(0, Math.min(listed.size(), RECENT_CHECKPOINTS)),
                this::checkpoint));
    }

    private static boolean isOneOf(BlobInfo blob, Set<Digest> checkpoints) {
        return ObjectKeys.parse(blob.key().value()).filter(key -> checkpoints.contains(key.digest())).isPresent();
    }

    /**
     * Names all heads in a checkpoint: its digest alone vouches for everything before it.
     *
     * @param host of the writer
     * @param time by the host's clock
     * @throws VaultFault.Refused if there are more heads than one can name
     */
    public Digest checkpoint(LedgerView view, String host, Instant time) throws InterruptedException {
        Heads heads = view.heads();
        if (heads.batches().size() > Checkpoint.HEADS_MAX || heads.checkpoints().size() > Batch.SEEN_MAX) {
            throw new VaultFault.Refused("The ledger has more ends than a checkpoint can name", host,
                    "Look at what wrote them: muster ledger show.");
        }
        byte[] body = new Checkpoint(instance, time, host, heads, view.batches().size(), Optional.empty()).encode();
        return statements.put(Kind.CHECKPOINT, digest -> ObjectKeys.of(Kind.CHECKPOINT, digest), body).digest();
    }

    private List<BlobInfo> recentlyListed(Month now) throws InterruptedException {
        List<BlobInfo> listed = new ArrayList<>(statements.list(now));
        listed.addAll(statements.list(now.before()));
        return listed.isEmpty() ? new ArrayList<>(statements.list(Kind.LEDGER)) : listed;
    }

    /**
     * What may be the end of a session, the latest of each first.
     *
     * @param first sessions that come before the others; of these the one that was stored last comes first
     */
    private static List<List<BlobInfo>> inOrder(List<BlobInfo> listed, Set<Uid> first) {
        Map<Uid, List<BlobInfo>> sessions = new HashMap<>();
        for (BlobInfo blob : listed) {
            sequenceOf(blob).ifPresent(
                    key -> sessions.computeIfAbsent(key.session(), _ -> new ArrayList<>()).add(blob));
        }
        sessions.values().forEach(each -> each.sort(Comparator.comparingLong(
                (BlobInfo blob) -> sequenceOf(blob).orElseThrow().sequence()).reversed()));
        return sessions.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<Uid, List<BlobInfo>> each) -> !first.contains(each.getKey()))
                        .thenComparing(each -> each.getValue().getFirst().storeTime(), Comparator.reverseOrder()))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static Optional<ObjectKey.Ledger> sequenceOf(BlobInfo blob) {
        return ObjectKeys.parse(blob.key().value())
                .filter(ObjectKey.Ledger.class::isInstance)
                .map(ObjectKey.Ledger.class::cast);
    }

    private List<StoredBatch> ends(List<List<BlobInfo>> sessions) throws InterruptedException {
        List<StoredBatch> ends = new ArrayList<>();
        List<List<BlobInfo>> waiting = new ArrayList<>(sessions);
        for (int reads = 0; !waiting.isEmpty() && ends.size() < Batch.SEEN_MAX && reads < READS_MAX;) {
            List<List<BlobInfo>> now = waiting.subList(0, Math.min(waiting.size(), Batch.SEEN_MAX - ends.size()));
            List<Outcome<StoredBatch>> outcomes =
                    statements.readAll(Kind.LEDGER, now.stream().map(List::getFirst).toList(), this::batch);
            reads += outcomes.size();
            List<List<BlobInfo>> next = new ArrayList<>();
            for (int at = 0; at < outcomes.size(); at++) {
                if (outcomes.get(at) instanceof Outcome.Said<StoredBatch>(StoredBatch end)) {
                    ends.add(end);
                } else if (now.get(at).size() > 1) {
                    next.add(now.get(at).subList(1, now.get(at).size()));
                }
            }
            next.addAll(waiting.subList(now.size(), waiting.size()));
            waiting = next;
        }
        return ends;
    }

    private static <T> List<T> said(List<Outcome<T>> outcomes) {
        List<T> said = new ArrayList<>();
        for (Outcome<T> outcome : outcomes) {
            if (outcome instanceof Outcome.Said<T>(T what)) {
                said.add(what);
            }
        }
        return said;
    }

    private StoredBatch batch(Statement statement) {
        Batch batch = Batch.of(statement);
        requireHere(batch.instance(), statement);
        return new StoredBatch((ObjectKey.Ledger) statement.key(), statement.stamped(), statement.signer(), batch);
    }

    private StoredCheckpoint checkpoint(Statement statement) {
        Checkpoint checkpoint = Checkpoint.of(statement);
        requireHere(checkpoint.instance(), statement);
        return new StoredCheckpoint(statement.key().digest(), statement.stamped(), statement.signer(), checkpoint);
    }

    private void requireHere(Uid said, Statement statement) {
        if (!said.equals(instance)) {
            throw new VaultFault.Untrusted("of another instance of the repository", statement.key().value());
        }
    }
}
