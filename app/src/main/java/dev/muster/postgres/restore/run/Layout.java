// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.datadir.ControlFile;
import dev.muster.postgres.restore.RestorePlan;
import dev.muster.vault.object.VaultFault;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Where each path of a snapshot goes: into the data directory, or into the directory of its tablespace. */
final class Layout {

    /** The directory of the links to tablespaces. */
    static final String LINKS = "pg_tblspc";

    /** A copy of a standby would go on following; that is for the plan to say. */
    private static final Set<String> LEFT_OUT = Set.of("standby.signal", "recovery.signal");

    private final Path directory;
    private final Map<String, Path> tablespaces = new TreeMap<>();

    Layout(RestorePlan plan) {
        this.directory = plan.request().directory();
        plan.placements()
                .forEach(each -> tablespaces.put(LINKS + "/" + each.oid(), each.directory()));
    }

    /** The data directory. */
    Path directory() {
        return directory;
    }

    /** The tablespaces' directories by the paths that they have in the snapshot. */
    Map<String, Path> tablespaces() {
        return tablespaces;
    }

    /** Whether this path is restored as it was captured: pg_control comes last and by itself. */
    static boolean isCopied(String path) {
        return !LEFT_OUT.contains(path) && !path.equals(ControlFile.PATH);
    }

    /** The directory, of the cluster or a tablespace, that this path is in. */
    Path rootOf(String path) {
        return tablespaces.getOrDefault(tablespace(path), directory);
    }

    /** Where it goes. */
    Path target(String path) {
        var tablespace = tablespace(path);
        var root = tablespaces.get(tablespace);
        var target = root == null
                ? directory.resolve(path)
                : root.resolve(path.substring(Math.min(path.length(), tablespace.length() + 1)));
        if (!target.normalize().equals(target) || !target.startsWith(root == null ? directory : root)) {
            throw new VaultFault.Damage("a path that leads out of the cluster", path);
        }
        return target;
    }

    /** The first two parts of the path, if it is one of a tablespace. */
    private static String tablespace(String path) {
        if (!path.startsWith(LINKS + "/")) {
            return "";
        }
        var end = path.indexOf('/', LINKS.length() + 1);
        return end < 0 ? path : path.substring(0, end);
    }
}
