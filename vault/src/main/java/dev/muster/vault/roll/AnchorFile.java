// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.roll;

import dev.muster.disk.OwnerOnly;
import dev.muster.vault.ledger.Heads;
import dev.muster.vault.ledger.LedgerView;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The anchor of one repository in the state directory: a small text file that is replaced as a whole. Thread-safe, and
 * safe for several processes.
 *
 * <pre>
 * muster anchor 1
 * repository UID
 * charter SEQUENCE DIGEST
 * epoch NUMBER
 * roll DIGEST            (for each head)
 * wal INCARNATION LSN    (for each history, 16 hex digits)
 * ledger KEY             (for each end of the ledger)
 * end
 * </pre>
 */
public final class AnchorFile {

    /** Makes the new anchor of the old one; null stands for none. */
    @FunctionalInterface
    private interface Change {
        @Nullable
        Anchor of(@Nullable Anchor before);
    }

    private static final String FIRST_LINE = "muster anchor 1";
    private static final String LAST_LINE = "end";

    private final Path directory;
    private final Path file;

    /** @param directory the state directory's place for this store */
    public AnchorFile(Path directory) {
        this.directory = directory;
        this.file = directory.resolve("anchor");
    }

    /**
     * What is remembered; empty if this host has never seen the repository.
     *
     * @throws VaultFault.StateUnusable if it cannot be read, or is not an anchor
     */
    public Optional<Anchor> read() {
        try {
            return Files.exists(file) ? Optional.of(parse(Files.readAllLines(file))) : Optional.empty();
        } catch (IOException e) {
            throw unusable(e);
        } catch (RuntimeException e) {
            throw unusable(new IOException("not an anchor", e));
        }
    }

    /** Remembers a repository, in place of whatever was remembered; durable when this returns. */
    public void begin(Anchor anchor) {
        update(_ -> anchor);
    }

    /** Remembers this roll, if the repository is remembered at all. */
    public void seen(RollView roll) {
        update(before -> before == null ? null : before.seen(roll));
    }

    /** Remembers this charter and epoch, if the repository is remembered at all. */
    public void seen(long sequence, Digest charter, int epoch) {
        update(before -> before == null ? null : before.seen(sequence, charter, epoch));
    }

    /** Remembers where the WAL of a history ends, if the repository is remembered at all. */
    public void seen(Uid incarnation, long end) {
        update(before -> before == null ? null : before.seen(incarnation, end));
    }

    /** Remembers this ledger, if the repository is remembered at all. */
    public void seen(LedgerView ledger) {
        update(before -> before == null ? null : before.seen(ledger));
    }

    /** Remembers a batch of the ledger that this host wrote, if the repository is remembered at all. */
    public void wrote(ObjectKey.Ledger batch, Heads covered) {
        update(before -> before == null ? null : before.wrote(batch, covered));
    }

    private void update(Change change) {
        synchronized (AnchorFile.class) {
            try {
                OwnerOnly.makeDirectories(directory);
                try (FileChannel lock = OwnerOnly.open(directory.resolve("anchor.lock"),
                        StandardOpenOption.CREATE, StandardOpenOption.WRITE); var held = lock.lock()) {
                    Anchor now = change.of(read().orElse(null));
                    if (!held.isValid()) {
                        throw new IOException("the lock was lost");
                    }
                    if (now != null) {
                        replace(now);
                    }
                }
            } catch (IOException e) {
                throw unusable(e);
            }
        }
    }

    private void replace(Anchor anchor) throws IOException {
        Path temporary = directory.resolve("anchor.new");
        ByteBuffer bytes = ByteBuffer.wrap(format(anchor).getBytes(StandardCharsets.US_ASCII));
        try (FileChannel out = OwnerOnly.open(temporary, StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    static String format(Anchor anchor) {
        List<String> lines = new ArrayList<>();
        lines.add(FIRST_LINE);
        lines.add("repository " + anchor.repository().hex());
        lines.add("charter " + anchor.charterSequence() + " " + anchor.charter().hex());
        lines.add("epoch " + anchor.epoch());
        anchor.rollHeads().forEach(head -> lines.add("roll " + head.hex()));
        new TreeMap<>(anchor.walEnds())
                .forEach((uid, end) -> lines.add("wal " + uid.hex() + " " + HexFormat.of().toHexDigits(end)));
        anchor.ledger().batches().forEach(batch -> lines.add("ledger " + batch.value()));
        anchor.ledger().checkpoints()
                .forEach(digest -> lines.add("ledger " + ObjectKeys.of(Kind.CHECKPOINT, digest).value()));
        lines.add(LAST_LINE);
        return String.join("\n", lines) + "\n";
    }

    static Anchor parse(List<String> lines) {
        if (lines.size() < 5 || !lines.getFirst().equals(FIRST_LINE) || !lines.getLast().equals(LAST_LINE)) {
            throw new IllegalArgumentException("cut short");
        }
        Iterator<String> in = lines.subList(1, lines.size() - 1).iterator();
        Uid repository = Uid.parse(fields(in.next(), "repository", 1)[1]);
        String[] charter = fields(in.next(), "charter", 2);
        int epoch = Integer.parseInt(fields(in.next(), "epoch", 1)[1]);
        List<Digest> heads = new ArrayList<>();
        Map<Uid, Long> ends = new TreeMap<>();
        List<ObjectKey.Ledger> batches = new ArrayList<>();
        List<Digest> checkpoints = new ArrayList<>();
        while (in.hasNext()) {
            String line = in.next();
            if (line.startsWith("roll ")) {
                heads.add(Digest.parse(fields(line, "roll", 1)[1]));
            } else if (line.startsWith("ledger ")) {
                ObjectKey key = ObjectKeys.parse(fields(line, "ledger", 1)[1]).orElseThrow();
                if (key instanceof ObjectKey.Ledger batch) {
                    batches.add(batch);
                } else {
                    checkpoints.add(key.digest());
                }
            } else {
                String[] wal = fields(line, "wal", 2);
                ends.put(Uid.parse(wal[1]), HexFormat.fromHexDigitsToLong(wal[2]));
            }
        }
        return new Anchor(repository, Long.parseLong(charter[1]), Digest.parse(charter[2]), epoch, heads, ends,
                new Heads(batches, checkpoints));
    }

    private static String[] fields(String line, String name, int values) {
        String[] fields = line.split(" ", -1);
        if (fields.length != values + 1 || !fields[0].equals(name)) {
            throw new IllegalArgumentException("not a line of an anchor: " + line);
        }
        return fields;
    }

    private VaultFault.StateUnusable unusable(IOException e) {
        return new VaultFault.StateUnusable("the anchor of a repository", file.toString(), e);
    }
}
