// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.spool;

import dev.muster.disk.Disk;
import dev.muster.postgres.Lsn;
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.Lineage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * All logs of one spool, for one receiver: two programs on one spool would write into each other's files. Safe for use
 * by any thread.
 */
public final class Spool implements AutoCloseable {

    private static final Pattern DIRECTORY = Pattern.compile("[0-9a-f]{32}");

    private final Disk disk;
    private final long bytesMax;
    private final Map<Uid, SpooledLog> logs = new LinkedHashMap<>();
    private final List<SpoolCut> cuts = new ArrayList<>();

    private Spool(Disk disk, long bytesMax) {
        this.disk = disk;
        this.bytesMax = bytesMax;
    }

    /**
     * Opens what is there.
     *
     * @param disk a directory of its own, which exists
     * @param bytesMax how much room the segments may take
     */
    public static Spool open(Disk disk, long bytesMax) {
        var spool = new Spool(disk, bytesMax);
        try {
            var directories = new ArrayList<String>();
            disk.names("", name -> {
                if (DIRECTORY.matcher(name).matches()) {
                    directories.add(name);
                }
            });
            for (var directory : directories) {
                spool.take(directory, SpooledLog.open(disk, directory));
            }
            return spool;
        } catch (IOException e) {
            throw SpoolFault.of(disk.place(), e);
        }
    }

    private void take(String directory, SpooledLog.Found found) throws IOException {
        if (found.log().isPresent()) {
            logs.put(found.log().get().lineage().incarnation(), found.log().get());
        } else {
            clear(directory);
        }
        found.cut().ifPresent(cuts::add);
    }

    /**
     * Reads anew what is there, after {@link SpoolFault.Damaged} was thrown. Nobody uses the logs meanwhile; those that there
     * were are of no use any more.
     *
     * @return whether the reason was found and done away with: see {@link #takeCuts}
     */
    public synchronized boolean mend() {
        var before = cuts.size();
        try {
            for (var log : List.copyOf(logs.values())) {
                logs.remove(log.lineage().incarnation());
                take(log.directory(), log.again());
            }
            return cuts.size() > before;
        } catch (IOException e) {
            throw SpoolFault.of(disk.place(), e);
        }
    }

    /** What was found missing since this was asked the last time. */
    public synchronized List<SpoolCut> takeCuts() {
        var taken = List.copyOf(cuts);
        cuts.clear();
        return taken;
    }

    /** The logs that are there, in the order in which their histories were begun. */
    public synchronized List<SpooledLog> logs() {
        return logs.values()
                .stream()
                .sorted(Comparator.comparing((SpooledLog log) -> log.lineage().made())
                        .thenComparing(log -> log.lineage().incarnation()))
                .toList();
    }

    /** The log of this history, if there is anything of it. */
    public synchronized Optional<SpooledLog> log(Uid incarnation) {
        return Optional.ofNullable(logs.get(incarnation));
    }

    /**
     * Makes room for a history of which nothing is there yet. Until it is checked it does not outlive this program.
     *
     * @param announced whether the repository knows it
     * @param checked whether what will be received is known to follow what came before it
     * @param from the beginning of the segment that will be received first
     */
    public synchronized SpooledLog begin(Lineage lineage, boolean announced, boolean checked, Lsn from) {
        try {
            clear(lineage.incarnation().hex());
            var log = SpooledLog.create(disk,
                    new Description(lineage, announced, checked, Optional.of(from), Optional.empty()), from);
            logs.put(lineage.incarnation(), log);
            return log;
        } catch (IOException e) {
            throw SpoolFault.of(disk.place(), e);
        }
    }

    /**
     * Makes a log the one of another history of the same server, in which its bytes were found. Its files stay where they
     * are.
     *
     * @return whether it was done: not if the log has ended, if there is one of the other history already, or if the order
     *         of the logs would change
     */
    public synchronized boolean rename(SpooledLog log, Lineage other) {
        var before = log.lineage().incarnation();
        var isNewest = logs.values()
                .stream()
                .filter(each -> !each.equals(log))
                .allMatch(each -> each.lineage().made().isBefore(other.made()));
        if (logs.containsKey(other.incarnation()) || !isNewest || !log.become(other)) {
            return false;
        }
        logs.remove(before);
        logs.put(other.incarnation(), log);
        return true;
    }

    /** Removes what is left of a making or a removal that was not finished, or was never checked. */
    private void clear(String directory) throws IOException {
        if (disk.stat(directory).isPresent()) {
            var names = new ArrayList<String>();
            disk.names(directory, names::add);
            for (var name : names) {
                disk.unlink(directory + "/" + name);
            }
            disk.removeDirectory(directory);
        }
    }

    /** Removes a log that is not needed any more. */
    public synchronized void remove(SpooledLog log) {
        try {
            log.remove();
            logs.remove(log.lineage().incarnation());
        } catch (IOException e) {
            throw SpoolFault.of(disk.place(), e);
        }
    }

    /** How much room the segments take. */
    public synchronized long bytes() {
        return logs.values().stream().mapToLong(SpooledLog::bytes).sum();
    }

    /** Whether there is room for one more segment of this size. */
    public boolean hasRoomFor(int segmentBytes) {
        return bytes() + segmentBytes <= bytesMax;
    }

    /** How much room there is at most. */
    public long bytesMax() {
        return bytesMax;
    }

    @Override
    public synchronized void close() {
        logs.values().forEach(SpooledLog::close);
    }
}
