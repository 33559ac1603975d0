// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.rescue;

import dev.muster.disk.KernelPath;
import dev.muster.store.Store;
import dev.muster.store.file.FileStore;
import dev.muster.vault.check.CheckObjects;
import dev.muster.vault.check.CheckReport;
import dev.muster.vault.key.KeyRing;
import dev.muster.vault.key.KeySource;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.roll.Roll;
import dev.muster.vault.seal.Role;
import dev.muster.vault.snapshot.SnapshotCatalog;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.SnapshotReader;
import dev.muster.vault.statement.Statements;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalAccess;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalRoll;
import dev.muster.vault.wal.WalSpan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The break-glass tool's operations over one downloaded repository. */
final class Rescue implements AutoCloseable {

    private static final int READ_AHEAD = 4;

    private final PrintWriter out;
    private final Store store;
    private final InstantSource clock;
    private final SecureRandom random;

    Rescue(PrintWriter out, Path repository, InstantSource clock, SecureRandom random) throws InterruptedException {
        this.out = out;
        this.store = FileStore.openReadOnly(repository);
        this.clock = clock;
        this.random = random;
    }

    /** Compares every object with its digest; returns whether all are sound. */
    boolean check() throws InterruptedException {
        CheckReport report = new CheckObjects(store, READ_AHEAD, (_, _, _) -> {}).check();
        report.findings().forEach(finding -> out.println(finding.severity() + "  " + finding.key() + "  "
                + finding.what()));
        out.println(report.counts().objects() + " objects, " + report.counts().bytes() + " bytes read, "
                + (report.isSound() ? "all as they were written" : "DAMAGED"));
        return report.isSound();
    }

    /** Says what is there. */
    void list(KeySource key) throws InterruptedException {
        try (KeyRing ring = open(key)) {
            out.println("snapshots, newest first:");
            for (SnapshotHead head : catalog(ring).counting()) {
                out.println("  " + head.id().hex().substring(0, 12) + "  " + head.body().completed() + "  "
                        + head.system() + "/" + head.component() + "  " + head.body().counts().files() + " files, "
                        + head.body().counts().logicalBytes() + " bytes");
                head.body().needs().forEach(need -> out.println("      needs WAL of " + need.incarnation()
                        + " from " + WalSpan.lsn(need.start()) + " to " + WalSpan.lsn(need.end())));
            }
            out.println("WAL:");
            WalArchive wal = wal(ring);
            for (Lineage lineage : wal.lineages().known()) {
                out.println("  " + lineage.incarnation() + "  " + lineage.origin());
                for (WalSpan span : wal.cover(lineage.incarnation()).spans()) {
                    out.println("      " + span);
                }
            }
        }
    }

    /** Writes the files of a snapshot, and what it says of itself, below a new directory. */
    void extract(KeySource key, String id, Path target) throws IOException, InterruptedException {
        try (KeyRing ring = open(key)) {
            SnapshotHead head = find(catalog(ring).counting(), id);
            SnapshotReader reader = new SnapshotReader(head, store, ring.chain(), READ_AHEAD);
            ExtractFiles.Extracted extracted = new ExtractFiles(reader, KernelPath.resolved(target)).run();
            out.println(extracted.files() + " files, " + extracted.bytes() + " bytes written to " + target);
            extracted.skippedLinks().forEach(link -> out.println("not made, since it leads elsewhere: " + link));
        }
    }

    /** Writes the segments of a history of WAL, and the history files of its ancestors, into a directory. */
    void wal(KeySource key, String incarnation, Path target) throws IOException, InterruptedException {
        Files.createDirectories(target);
        try (KeyRing ring = open(key)) {
            WalArchive wal = wal(ring);
            Lineage lineage = wal.lineages().known().stream()
                    .filter(each -> each.incarnation().hex().startsWith(incarnation))
                    .findFirst()
                    .orElseThrow(() -> new VaultFault.Unknown("history of WAL", incarnation));
            for (Map.Entry<String, byte[]> file : wal.historyFiles(lineage.incarnation()).entrySet()) {
                Files.write(target.resolve(file.getKey()), file.getValue());
            }
            for (WalSpan span : wal.cover(lineage.incarnation()).spans()) {
                wal.read(lineage.incarnation(), span, (lsn, bytes, offset, length) -> write(target, lineage, lsn, bytes,
                        offset, length));
                out.println("wrote " + span);
            }
        }
    }

    private static void write(Path target, Lineage lineage, long lsn, byte[] bytes, int offset, int length)
            throws IOException {
        long at = lsn;
        int from = offset;
        while (from < offset + length) {
            long within = Long.remainderUnsigned(at, lineage.segmentBytes());
            int piece = (int) Math.min(offset + length - from, lineage.segmentBytes() - within);
            try (RandomAccessFile file =
                    new RandomAccessFile(target.resolve(segmentName(lineage, at)).toFile(), "rw")) {
                file.setLength(lineage.segmentBytes());
                file.seek(within);
                file.write(bytes, from, piece);
                file.getFD().sync();
            }
            at += piece;
            from += piece;
        }
    }

    /** As PostgreSQL names them: timeline, then the segment's number in two parts, eight hex digits each. */
    private static String segmentName(Lineage lineage, long lsn) {
        long number = Long.divideUnsigned(lsn, lineage.segmentBytes());
        long perFile = (1L << 32) / lineage.segmentBytes();
        return String.format("%08X%08X%08X", lineage.origin().timeline(), number / perFile, number % perFile);
    }

    private KeyRing open(KeySource key) throws InterruptedException {
        KeyRing ring = KeyRing.open(store, key, Optional.empty(), clock, random);
        if (!ring.role().opens()) {
            Role role = ring.role();
            ring.close();
            throw new VaultFault.NotGranted("open data", role.toString());
        }
        return ring;
    }

    private SnapshotCatalog.View catalog(KeyRing ring) throws InterruptedException {
        Statements statements =
                new Statements(store, ring.chain(), ring.signer(), ring.authorityWithoutTimes(), random);
        return new SnapshotCatalog(statements, ring.charter().instance(),
                new Roll(statements, ring.charter().instance(), clock)).read();
    }

    private WalArchive wal(KeyRing ring) {
        return new WalArchive(
                new WalAccess(store, ring::chain, ring.signer(), ring.authorityWithoutTimes(), random, clock),
                new SilentRoll());
    }

    private static SnapshotHead find(List<SnapshotHead> heads, String id) {
        List<SnapshotHead> found =
                heads.stream().filter(head -> id.equals("latest") || head.id().hex().startsWith(id)).toList();
        if (found.isEmpty() || (found.size() > 1 && !id.equals("latest"))) {
            throw new VaultFault.Unknown("snapshot, or more than one", id);
        }
        return found.getFirst();
    }

    @Override
    public void close() {
        store.close();
    }

    /** Nothing is said on the roll of a repository that is only read. */
    private static final class SilentRoll implements WalRoll {

        @Override
        public List<Digest> headsSeen() {
            return List.of();
        }

        @Override
        public void lineageBegun(Uid incarnation) {
            throw new IllegalStateException("rescue begins no history");
        }

        @Override
        public WalCover released(Uid incarnation) {
            return WalCover.NOTHING;
        }
    }
}
