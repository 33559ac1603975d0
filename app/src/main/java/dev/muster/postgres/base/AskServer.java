// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.datadir.ControlFile;
import dev.muster.postgres.wire.WireConnection;
import dev.muster.postgres.wire.replication.Replication;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Asks a server what must be known before it is read, and refuses one that cannot be backed up. */
final class AskServer {

    private static final String SETTINGS = """
            select name, setting from pg_settings where name in ('server_version_num', 'server_version', 'wal_level',
                'max_wal_senders', 'block_size', 'segment_size', 'wal_block_size', 'wal_segment_size',
                'data_checksums', 'data_directory_mode', 'fsync', 'full_page_writes')""";
    private static final String SIZE = """
            select sum(pg_database_size(oid)) from pg_database
            where has_database_privilege(oid, 'connect') or pg_has_role('pg_read_all_stats', 'member')""";
    private static final String TABLESPACES = """
            select oid, pg_tablespace_location(oid) from pg_tablespace where pg_tablespace_location(oid) <> ''""";
    private static final int OCTAL = 8;

    private final WireConnection session;
    private final ServerQuery server;
    private final List<String> notes = new ArrayList<>();

    /** @param session of SQL */
    AskServer(WireConnection session) {
        this.session = session;
        this.server = new ServerQuery(session);
    }

    /** @param replication a connection to the same server */
    ServerFacts ask(Replication replication) {
        var settings = settings();
        require(settings);
        remark(settings);
        var system = replication.identifySystem();
        var identity = new ServerFacts.Identity(system.systemId(), system.timeline(), system.position());
        var standby = server.value("select pg_is_in_recovery()").filter("t"::equals).isPresent();
        var bytes = server.value(SIZE).map(text -> OptionalLong.of(Long.parseLong(text))).orElse(OptionalLong.empty());
        return new ServerFacts(session.host(), (int) number(settings, "server_version_num"),
                text(settings, "server_version"), identity, standby, layout(settings), bytes, tablespaces());
    }

    /** What has to be said about what was asked, each a sentence. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** Asks a replication connection again: a server may have changed places with another one meanwhile. */
    static void requireSame(ServerFacts facts, Replication replication) {
        var now = replication.identifySystem();
        var was = facts.identity();
        if (!now.systemId().equals(was.system())) {
            throw new BaseBackupFault.ServerChanged("it is cluster " + now.systemId() + ", not " + was.system(),
                    facts.host().toString());
        }
        if (!now.timeline().equals(was.timeline())) {
            throw new BaseBackupFault.ServerChanged("it is on timeline " + now.timeline() + ", not " + was.timeline(),
                    facts.host().toString());
        }
    }

    private void require(Map<String, String> settings) {
        if (text(settings, "wal_level").equals("minimal")) {
            throw new BaseBackupFault.ServerUnsuited("its log holds too little (wal_level is minimal)",
                    session.host().toString(), "Set wal_level to replica in postgresql.conf and restart the server.");
        }
        if (text(settings, "max_wal_senders").equals("0")) {
            throw new BaseBackupFault.ServerUnsuited("it takes no replication connections (max_wal_senders is 0)",
                    session.host().toString(), "Set max_wal_senders to 5 or more and restart the server.");
        }
    }

    /** What makes a backup worth less, or says less. */
    private void remark(Map<String, String> settings) {
        if (text(settings, "fsync").equals("off")) {
            notes.add("The server runs with fsync=off: a power cut would damage its own data.");
        }
        if (text(settings, "full_page_writes").equals("off")) {
            notes.add(
                    "The server runs with full_page_writes=off: a power cut would damage its own data. A backup forces "
                            + "them on while it runs.");
        }
        if (server.value("select pg_has_role('pg_read_all_settings', 'member')").filter("t"::equals).isEmpty()) {
            notes.add(
                    "This user does not see all settings: grant it pg_monitor, so that configuration outside the data "
                            + "directory is noticed.");
        }
    }

    private Map<String, String> settings() {
        var settings = new HashMap<String, String>();
        for (var row : server.rows(SETTINGS)) {
            settings.put(String.valueOf(row.text(0)), String.valueOf(row.text(1)));
        }
        return settings;
    }

    private static ServerFacts.Layout layout(Map<String, String> settings) {
        var sizes = new ControlFile.Sizes((int) number(settings, "block_size"), (int) number(settings, "segment_size"),
                (int) number(settings, "wal_block_size"),
                new WalSegmentSize((int) number(settings, "wal_segment_size")));
        return new ServerFacts.Layout(sizes, text(settings, "data_checksums").equals("on"),
                Integer.parseInt(text(settings, "data_directory_mode"), OCTAL));
    }

    private Map<Long, String> tablespaces() {
        var tablespaces = new TreeMap<Long, String>();
        for (var row : server.rows(TABLESPACES)) {
            tablespaces.put(Long.parseLong(String.valueOf(row.text(0))), String.valueOf(row.text(1)));
        }
        return tablespaces;
    }

    private static long number(Map<String, String> settings, String name) {
        return Long.parseLong(text(settings, name));
    }

    private static String text(Map<String, String> settings, String name) {
        var value = settings.get(name);
        if (value == null) {
            throw new IllegalStateException("every server has the setting " + name);
        }
        return value;
    }
}
