// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.datadir.BadPage;
import dev.muster.postgres.datadir.RelationFile;
import dev.muster.postgres.wire.Row;
import dev.muster.postgres.wire.WireFault;
import dev.muster.postgres.wire.transport.TransportFault;
import dev.muster.vault.tree.ContentCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes down what one database says of itself: names of relations by file node, extensions, collations. */
final class DescribeDatabase {

    private static final String RELATIONS = """
            select c.oid::bigint, pg_relation_filenode(c.oid)::bigint as file_node,
                coalesce(nullif(c.reltablespace, 0), d.dattablespace)::bigint as tablespace, n.nspname as schema, c.relname as name, c.relkind as kind,
                c.relpersistence as persistence, c.relisshared as shared, c.reltuples::bigint as rows,
                c.relpages as pages, nullif(c.reltoastrelid, 0)::bigint as toast,
                i.indrelid::bigint as table
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
                join pg_database d on d.datname = current_database() left join pg_index i on i.indexrelid = c.oid
            where pg_relation_filenode(c.oid) is not null order by c.oid""";
    private static final String EXTENSIONS = """
            select e.extname as name, e.extversion as version, n.nspname as schema
            from pg_extension e join pg_namespace n on n.oid = e.extnamespace order by e.extname""";
    private static final String COLLATIONS = """
            select collprovider as provider, collversion as version, pg_collation_actual_version(oid) as actual_version,
                count(*) as collations, min(collname) as example
            from pg_collation where collversion is not null
            group by collprovider, collversion, pg_collation_actual_version(oid) order by 1, 2, 3""";
    private static final String POSITION = """
            select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end,
                clock_timestamp()""";

    private final ServerQuery server;
    private final DocumentWriter documents;

    /** What a description says of itself: counts are as of this position. */
    private record About(long database, String name, String lsn, String time) {}

    DescribeDatabase(ServerQuery server, DocumentWriter documents) {
        this.server = server;
        this.documents = documents;
    }

    void describe(long oid, String name) throws InterruptedException {
        var position = server.rows(POSITION).getFirst();
        documents.object("databases/" + oid + "/about.json",
                new About(oid, name, text(position, 0), text(position, 1)));
        copy(RELATIONS, Documents.relations(oid));
        copy(EXTENSIONS, Documents.extensions(oid));
        copy(COLLATIONS, Documents.collations(oid));
    }

    private void copy(String sql, String document) throws InterruptedException {
        var file = documents.open(document);
        try {
            server.copyJson(sql, file);
        } catch (WireFault | TransportFault e) {
            file.finish(ContentCheck.none());
            throw e;
        }
        file.finish(ContentCheck.none());
    }

    /** Names the relations of bad pages, as far as they are this database's or shared. */
    List<NamedBadPage> name(List<BadPage> pages) {
        var named = new ArrayList<NamedBadPage>();
        for (var page : pages) {
            var relation = RelationFile.parse(page.file()).flatMap(this::nameOf).orElse("");
            named.add(NamedBadPage.of(page, relation));
        }
        return named;
    }

    private Optional<String> nameOf(RelationFile file) {
        return server.value("""
                select quote_ident(n.nspname) || '.' || quote_ident(c.relname)
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.oid = pg_filenode_relation(nullif(%d, (select dattablespace from pg_database
                    where datname = current_database())::bigint)::oid, %d)
                   or c.oid = pg_filenode_relation(0, %d) and %d = (select dattablespace from pg_database
                    where datname = current_database())::bigint"""
                .formatted(file.tablespace(), file.fileNode(), file.fileNode(), file.tablespace()));
    }

    private static String text(Row row, int column) {
        return String.valueOf(row.text(column));
    }
}
