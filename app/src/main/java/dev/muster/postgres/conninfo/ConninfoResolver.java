// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out what connection information comes to, as libpq does. What differs, so that nothing ever hangs or is taken
 * for something else, and nothing is sent in the clear because nobody thought of it: without {@code connect_timeout} an
 * attempt ends after 30 seconds; without {@code sslmode} it is {@code verify-full} for a host that is reached over a
 * network, with the system's authorities where there is no {@code root.crt}; the encoding is always UTF-8; {@code
 * replication} is up to the session; GSSAPI is not spoken.
 */
public final class ConninfoResolver {

    private static final String SERVICE_FILE = "pg_service.conf";

    private final Surroundings surroundings;

    public ConninfoResolver(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * The settings that a conninfo string comes to here.
     *
     * @param conninfo {@code key=value} pairs or a {@code postgresql://} URL; empty leaves all to the surroundings
     * @throws ConninfoFault if it cannot be read, or asks for what Muster cannot do
     */
    public ConnectionSettings resolve(String conninfo) {
        var said = new Said(read(conninfo));
        service(said).ifPresent(service -> service.forEach(said::putIfAbsent));
        for (var keyword : Keyword.values()) {
            keyword.variable()
                    .flatMap(surroundings::variable)
                    .ifPresent(value -> said.putIfAbsent(keyword, value));
        }
        if (surroundings.variable("PGREQUIRESSL").filter("1"::equals).isPresent()) {
            said.putIfAbsent(Keyword.SSLMODE, SslMode.REQUIRE.text());
        }
        refuseUnsupported(said);
        return ConnectionSettings.from(said, surroundings);
    }

    private static Map<Keyword, String> read(String conninfo) {
        if (conninfo.startsWith("jdbc:")) {
            throw new ConninfoFault.Unsupported("JDBC URLs have rules of their own", "jdbc:postgresql:...",
                    "Leave out 'jdbc:' and write the user and password before the host, as for psql.");
        }
        return ConninfoText.read(conninfo);
    }

    private static void refuseUnsupported(Said said) {
        for (var keyword : said.values().keySet()) {
            if (keyword.use() == Keyword.Use.REFUSED && said.text(keyword).isPresent()) {
                throw new ConninfoFault.Unsupported("This connection option is not supported", keyword.text(),
                        "Leave it out.");
            }
        }
        if (said.text(Keyword.GSSENCMODE).filter("require"::equals).isPresent()) {
            throw new ConninfoFault.Unsupported("GSSAPI encryption is not supported", "gssencmode=require",
                    "Use TLS: sslmode=verify-full.");
        }
        var lowest = said.text(Keyword.MIN_PROTOCOL_VERSION);
        if (lowest.isPresent() && !lowest.get().equals("3.0")) {
            throw new ConninfoFault.Unsupported("Only version 3.0 of the protocol is spoken",
                    Keyword.MIN_PROTOCOL_VERSION.text(), "Leave it out.");
        }
    }

    private Optional<Map<Keyword, String>> service(Said said) {
        var service = said.text(Keyword.SERVICE)
                .or(() -> surroundings.variable("PGSERVICE"))
                .filter(name -> !name.isEmpty());
        if (service.isEmpty()) {
            return Optional.empty();
        }
        for (var file : serviceFiles()) {
            var found = new ServiceFile(file).find(service.get());
            if (found.isPresent()) {
                return found;
            }
        }
        throw new ConninfoFault.NotFound("No service file has this service", service.get(), null);
    }

    /** The user's file and then the system's. A file that the environment names must be there. */
    private List<Path> serviceFiles() {
        var files = new ArrayList<Path>();
        surroundings.variable("PGSERVICEFILE")
                .map(Path::of)
                .or(() -> surroundings.inHome("." + SERVICE_FILE).filter(Files::exists))
                .ifPresent(files::add);
        surroundings.variable("PGSYSCONFDIR")
                .map(directory -> Path.of(directory).resolve(SERVICE_FILE))
                .filter(Files::exists)
                .ifPresent(files::add);
        return files;
    }
}
