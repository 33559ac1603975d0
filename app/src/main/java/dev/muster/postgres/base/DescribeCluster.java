// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.datadir.BadPage;
import dev.muster.postgres.datadir.RelationFile;
import dev.muster.postgres.wire.Connector;
import dev.muster.postgres.wire.SessionKind;
import dev.muster.postgres.wire.WireConnection;
import dev.muster.postgres.wire.WireFault;
import dev.muster.postgres.wire.auth.AuthFault;
import dev.muster.postgres.wire.tls.TlsFault;
import dev.muster.postgres.wire.transport.TransportFault;
import dev.muster.vault.tree.ContentCheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes down what the files of a cluster do not say to people and tools: names, settings, versions, counts. What the
 * user may not see is recorded as not captured; none of it is needed to bring the data back.
 */
final class DescribeCluster {

    private static final String TABLESPACES = """
            select oid::bigint, spcname as name, pg_tablespace_location(oid) as location, pg_get_userbyid(spcowner) as owner
            from pg_tablespace where pg_tablespace_location(oid) <> '' order by oid""";
    private static final String DATABASES = """
            select d.*, pg_get_userbyid(d.datdba) as owner, pg_encoding_to_char(d.encoding) as encoding_name,
                pg_database_collation_actual_version(d.oid) as actual_collation_version
            from pg_database d order by d.oid""";
    private static final String SETTINGS = """
            select name, setting, unit, vartype, source, sourcefile, sourceline, pending_restart from pg_settings
            where source not in ('default', 'override', 'client', 'session') order by name""";
    private static final String SUBSCRIPTIONS = """
            select oid::bigint, subdbid::bigint as database, subname as name, subenabled as enabled, subslotname as slot,
                subpublications as publications from pg_subscription order by oid""";
    private static final String CONNECTABLE =
            """
            select oid, datname, has_database_privilege(oid, 'connect') from pg_database where datallowconn order by oid""";
    private static final String SUPERUSER = "select rolname from pg_roles where oid = 10";

    private final Connector connector;
    private final ConnectionSettings settings;
    private final DocumentWriter documents;
    private final List<NotCaptured> notCaptured = new ArrayList<>();
    private final List<NamedBadPage> badPages = new ArrayList<>();

    /** @param settings for this one server, to any database */
    DescribeCluster(Connector connector, ConnectionSettings settings, DocumentWriter documents) {
        this.connector = connector;
        this.settings = settings;
        this.documents = documents;
    }

    /**
     * Asks and writes.
     *
     * @param session a session in any database
     * @param pages the bad pages that were found
     * @param came the configuration files that the data directory holds
     */
    Described describe(WireConnection session, List<BadPage> pages, Set<String> came) throws InterruptedException {
        var server = new ServerQuery(session);
        copy(server, TABLESPACES, Documents.TABLESPACES);
        copy(server, DATABASES, Documents.DATABASES);
        copy(server, SETTINGS, Documents.SETTINGS);
        copy(server, SUBSCRIPTIONS, Documents.SUBSCRIPTIONS);
        var configuration = new ConfigurationFiles(server, documents, notCaptured).capture(came);
        var superuser = server.value(SUPERUSER).orElse("");
        describeDatabases(server, byDatabase(pages));
        documents.lines(Documents.BAD_PAGES, badPages);
        documents.lines(Documents.NOT_CAPTURED, notCaptured);
        return new Described(superuser, configuration, badPages, notCaptured);
    }

    private static Map<Long, List<BadPage>> byDatabase(List<BadPage> pages) {
        var byDatabase = new HashMap<Long, List<BadPage>>();
        for (var page : pages) {
            var database = RelationFile.parse(page.file()).map(RelationFile::database).orElse(0L);
            byDatabase.computeIfAbsent(database, _ -> new ArrayList<>()).add(page);
        }
        return byDatabase;
    }

    private void copy(ServerQuery server, String sql, String document) throws InterruptedException {
        var file = documents.open(document);
        try {
            server.copyJson(sql, file);
        } catch (WireFault.ServerError e) {
            notCaptured.add(new NotCaptured(document, e.serverMessage().message()));
        }
        file.finish(ContentCheck.none());
    }

    private void describeDatabases(ServerQuery server, Map<Long, List<BadPage>> pages) throws InterruptedException {
        for (var row : server.rows(CONNECTABLE)) {
            var oid = Long.parseLong(String.valueOf(row.text(0)));
            var name = String.valueOf(row.text(1));
            var here = new ArrayList<>(pages.getOrDefault(oid, List.of()));
            pages.remove(oid);
            if (!"t".equals(row.text(2))) {
                notCaptured.add(new NotCaptured("database " + name, "the user that backs up may not connect to it"));
            } else {
                here.addAll(pages.getOrDefault(0L, List.of()));
                pages.remove(0L);
                describeDatabase(oid, name, here);
                continue;
            }
            here.forEach(page -> badPages.add(NamedBadPage.of(page, "")));
        }
        pages.values().forEach(rest -> rest.forEach(page -> badPages.add(NamedBadPage.of(page, ""))));
    }

    /** A database can be dropped, or refuse us, at any moment: that is no failure of the backup. */
    private void describeDatabase(long oid, String name, List<BadPage> pages) throws InterruptedException {
        try (var session = connector.connect(settings.withDatabase(name), SessionKind.SQL)) {
            var database = new DescribeDatabase(new ServerQuery(session), documents);
            database.describe(oid, name);
            badPages.addAll(database.name(pages));
        } catch (WireFault | TransportFault | AuthFault | TlsFault e) {
            notCaptured.add(new NotCaptured("database " + name, e.what() + ": " + e.subject()));
            pages.forEach(page -> badPages.add(NamedBadPage.of(page, "")));
        }
    }
}
