// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.disk.KernelPath;
import dev.muster.postgres.restore.DirectoryState;
import dev.muster.postgres.restore.Ground;
import dev.muster.postgres.restore.Placement;
import dev.muster.postgres.restore.RestoreFault;
import dev.muster.postgres.restore.RestorePlan;
import dev.muster.postgres.restore.RestoreRequest;
import dev.muster.postgres.server.ServerRoom;
import dev.muster.vault.snapshot.SnapshotReader;
import dev.muster.vault.tree.FileType;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;

/** Looks at where a cluster is to be restored, and refuses what could not end well. Changes nothing. */
final class SurveyGround {

    /** What replay keeps beside the files: segments that were fetched ahead, and those that wait for a restart point. */
    private static final long LOG_BYTES_MAX = 1L << 30;

    private static final int FILES_COUNTED_MAX = 20_000;

    private final ServerRoom room;
    private final List<KeptPlace> kept;

    SurveyGround(RestoreTools tools) {
        this.room = tools.room();
        this.kept = tools.kept();
    }

    /** What is there. */
    Ground look(RestoreRequest request, int major, List<Placement> placements) throws InterruptedException {
        var installation = room.installations().ofMajor(major);
        var tablespaces = new TreeMap<Path, DirectoryState>();
        requireNothingKept(request.directory(), why -> new RestoreFault.DirectoryRefused(request.directory(), why));
        requireWayTo(request.directory());
        for (var placement : placements) {
            requireNothingKept(placement.directory(),
                    why -> new RestoreFault.TablespaceRefused(why, placement.directory().toString()));
            tablespaces.put(placement.directory(), Marks.look(placement.directory()));
            if (!placement.directory().startsWith(request.directory())) {
                requireWayTo(placement.directory());
            }
        }
        var free = free(existing(request.directory()));
        var directory = Marks.look(request.directory());
        var bytes = new TreeMap<Path, Long>();
        if (request.destination().asideAt().isPresent()) {
            count(request.directory(), directory, bytes);
            tablespaces.forEach((path, state) -> count(path, state, bytes));
        }
        return new Ground(directory, tablespaces, OptionalLong.of(free),
                Optional.of("PostgreSQL " + installation.version().text() + " in " + installation.binDirectory()),
                room.account().name(), bytes);
    }

    private static void count(Path directory, DirectoryState state, Map<Path, Long> bytes) {
        if (!state.isFree()) {
            new CountBytes(FILES_COUNTED_MAX).in(directory).ifPresent(sum -> bytes.put(directory, sum));
        }
    }

    /** No cluster may come to lie in the repository, and nothing that keeps it alive may be renamed or swept away. */
    private void requireNothingKept(Path directory, Function<String, RestoreFault> refusal) {
        var real = real(directory);
        for (var place : kept) {
            var realPlace = real(place.path());
            if (realPlace.startsWith(real)) {
                throw refusal.apply(place.what() + " is in it: " + place.path());
            }
            if (place.closed() && real.startsWith(realPlace)) {
                throw refusal.apply("it lies in " + place.what() + ", " + place.path());
            }
        }
    }

    /** Without links, as far as it exists. */
    private static Path real(Path path) {
        var absolute = KernelPath.absolute(path);
        var existing = existing(absolute);
        return DurableFiles.on(existing, "see where this leads",
                () -> existing.toRealPath().resolve(existing.relativize(absolute)));
    }

    /**
     * The server's account must get to the files, and we must be able to make them. What lies in the data directory is
     * given to it with that, at the end: until then nobody else gets there.
     */
    private void requireWayTo(Path directory) throws InterruptedException {
        var existing = existing(directory);
        var above = existing.equals(directory) ? existing(directory.resolveSibling("")) : existing;
        room.account().requireWayTo(above, room.machine());
        if (!Files.isWritable(existing)) {
            throw new RestoreFault.DirectoryRefused(directory, "you may not write into " + existing);
        }
        if (existing.equals(directory) && room.account().isOurs() && owner(directory) != room.account().uid()) {
            throw new RestoreFault.DirectoryRefused(directory,
                    "it is not yours, and PostgreSQL runs in a directory of its own user only");
        }
    }

    private static int owner(Path directory) {
        return DurableFiles.on(directory, "see whose this is",
                () -> (Integer) Files.getAttribute(directory, "unix:uid"));
    }

    /** Refuses a plan whose files do not fit; one that is carried on has made its room already. */
    void requireRoom(RestorePlan plan, SnapshotReader snapshot) throws InterruptedException {
        if (plan.ground().directory() instanceof DirectoryState.Unfinished) {
            return;
        }
        var needs = new HashMap<FileStore, Long>();
        if (plan.placements().isEmpty()) {
            add(needs, plan.request().directory(), plan.reach().point().size().bytes());
        } else {
            var layout = new Layout(plan);
            var byRoot = new HashMap<Path, Long>();
            snapshot.entries(entry -> {
                if (entry.type() == FileType.FILE) {
                    byRoot.merge(layout.rootOf(entry.path()), entry.size(), Long::sum);
                }
            });
            byRoot.forEach((root, bytes) -> add(needs, root, bytes));
        }
        add(needs, plan.request().directory(), Math.min(plan.walBytes(), LOG_BYTES_MAX));
        needs.forEach((store, bytes) -> requireRoom(plan, store, bytes));
    }

    private static void add(Map<FileStore, Long> needs, Path directory, long bytes) {
        var existing = existing(directory);
        needs.merge(DurableFiles.on(existing, "see its file system", () -> Files.getFileStore(existing)), bytes,
                Long::sum);
    }

    private static void requireRoom(RestorePlan plan, FileStore store, long bytes) {
        var directory = plan.request().directory();
        var free = DurableFiles.on(directory, "see how much room there is", store::getUsableSpace);
        if (free < bytes) {
            throw new RestoreFault.NoRoom(directory, bytes + " bytes on " + store.name() + ", which has " + free
                    + " free");
        }
    }

    private static long free(Path existing) {
        return DurableFiles.on(existing, "see how much room there is",
                () -> Files.getFileStore(existing).getUsableSpace());
    }

    /** The directory itself, or the nearest one above it that exists. */
    private static Path existing(Path directory) {
        var at = directory;
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }
}
