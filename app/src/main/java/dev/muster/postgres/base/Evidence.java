// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.base.manifest.Manifest;
import dev.muster.postgres.datadir.BackupLabel;
import dev.muster.postgres.datadir.ControlFile;
import dev.muster.postgres.datadir.TablespaceMap;
import java.time.Instant;
import java.util.TreeMap;

/**
 * What the files of a backup say of it, held against what the server said before.
 *
 * @param label its backup_label
 * @param control its pg_control
 * @param manifest its manifest
 */
record Evidence(BackupLabel label, ControlFile control, Manifest manifest) {

    /**
     * Reads what was remembered.
     *
     * @throws BaseBackupFault.Unexpected if the files contradict each other or the server
     */
    static Evidence of(ServerFacts server, ReceiveBackup received, Manifest manifest) {
        var files = received.archives();
        var label = BackupLabel.parse(files.remembered(BackupLabel.PATH).orElseThrow(() -> lacks(BackupLabel.PATH)));
        var control = ControlFile.parse(files.remembered(ControlFile.PATH).orElseThrow(() -> lacks(ControlFile.PATH)));
        var map = files.remembered(TablespaceMap.PATH).map(TablespaceMap::parse).orElse(TablespaceMap.empty());
        var start = received.start();
        require(label.start().equals(start.position()), BackupLabel.PATH, "it begins at " + label.start()
                + ", the server had said " + start.position());
        require(manifest.walRanges().getFirst().start().equals(start.position()), Documents.MANIFEST,
                "it begins at " + manifest.walRanges().getFirst().start() + ", the server had said "
                        + start.position());
        require(control.system().equals(server.identity().system())
                && manifest.system().filter(system -> !system.equals(control.system())).isEmpty(), ControlFile.PATH,
                "it is of cluster " + control.system());
        require(control.checksums() == server.layout().checksums() && control.sizes().equals(server.layout().sizes()),
                ControlFile.PATH, "it describes other pages than the server did");
        var announced = new TreeMap<Long, String>();
        start.tablespaces().stream().filter(each -> each.oid().isPresent() && each.location().startsWith("/"))
                .forEach(each -> announced.put(each.oid().getAsLong(), each.location()));
        require(map.locations().equals(announced), TablespaceMap.PATH,
                "it lists other tablespaces than the server did");
        return new Evidence(label, control, manifest);
    }

    /** The facts for the snapshot's head. */
    BackupFacts facts(ServerFacts server, Described described, Instant consistentAt, long badPages, int tablespaces) {
        var last = manifest.walRanges().getLast();
        return new BackupFacts(control.system(), server.version(), last.timeline(), label.start(), last.end(),
                consistentAt, control.sizes().walSegment(),
                new BackupFacts.Data(control.checksums(), badPages, label.fromStandby()),
                new BackupFacts.Surroundings(described.superuser(), described.configuration(), tablespaces));
    }

    /** The document that says all of it. */
    ClusterDocument document(ServerFacts server, BackupFacts facts) {
        return new ClusterDocument(facts.system().toString(), facts.serverVersion(), server.versionText(),
                control.catalogVersion(), facts.data().fromStandby(), facts.timeline().number(),
                facts.start().toString(), facts.stop().toString(), label.checkpoint().toString(),
                facts.consistentAt().toString(), control.sizes().blockBytes(), control.sizes().walSegment().bytes(),
                control.checksums(), facts.data().badPages(), control.limits(), manifest.walRanges().stream()
                        .map(range -> new ClusterDocument.Range(range.timeline().number(), range.start().toString(),
                                range.end().toString()))
                        .toList());
    }

    private static BaseBackupFault lacks(String file) {
        return new BaseBackupFault.Unexpected("the file is missing", file);
    }

    private static void require(boolean fits, String file, String otherwise) {
        if (!fits) {
            throw new BaseBackupFault.Unexpected(otherwise, file);
        }
    }
}
