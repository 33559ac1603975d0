// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Everything that is needed to connect to a server. Files (passwords, certificates) are read at each connection.
 *
 * @param hosts the hosts to try, in this order; at least one
 * @param target what a server must be for its connection to be kept
 * @param shuffled whether the hosts are tried in a random order instead
 * @param login who connects to what
 * @param tls what is asked of TLS
 * @param socket how sockets are opened and kept
 * @param session what the server is told about the session
 */
public record ConnectionSettings(List<ServerHost> hosts, TargetSession target, boolean shuffled, Login login,
        TlsSettings tls, SocketSettings socket, SessionSettings session) {

    private enum Balance implements Spelled {
        DISABLE("disable"), RANDOM("random");

        private final String text;

        Balance(String text) {
            this.text = text;
        }

        @Override
        public String text() {
            return text;
        }
    }

    public ConnectionSettings {
        hosts = List.copyOf(hosts);
    }

    static ConnectionSettings from(Said said, Surroundings surroundings) {
        var hosts = ServerHost.from(said);
        return new ConnectionSettings(hosts,
                said.choice(Keyword.TARGET_SESSION_ATTRS, TargetSession.class, TargetSession.ANY),
                said.choice(Keyword.LOAD_BALANCE_HOSTS, Balance.class, Balance.DISABLE) == Balance.RANDOM,
                Login.from(said, surroundings), TlsSettings.from(said, surroundings, hosts),
                SocketSettings.from(said),
                SessionSettings.from(said));
    }

    /** What others on the network could do to these connections, beginning with the mode; empty if nothing. */
    public Optional<String> exposure() {
        var mode = tls.mode();
        var remote = hosts.stream().filter(host -> !host.isLocal()).map(ServerHost::toString).toList();
        if (remote.isEmpty() || mode == SslMode.VERIFY_FULL) {
            return Optional.empty();
        }
        var where = String.join(", ", remote);
        return Optional.of("sslmode=" + mode.text() + (mode.demandsTls()
                ? " does not check that it is " + where + " that answers: another server could stand in for it"
                : " lets others on the network read all that comes from " + where + ", or stand in for it"));
    }

    /** These settings for a session under another name. */
    public ConnectionSettings withApplicationName(String name) {
        return new ConnectionSettings(hosts, target, shuffled, login, tls, socket,
                new SessionSettings(Optional.of(name), session.options()));
    }

    /** These settings for another database. */
    public ConnectionSettings withDatabase(String database) {
        var other = new Login(login.user(), database, login.givenPassword(), login.passFile(), login.rules());
        return new ConnectionSettings(hosts, target, shuffled, other, tls, socket, session);
    }

    /** These settings for one host only, whatever the server there is. */
    public ConnectionSettings withHost(ServerHost host) {
        return new ConnectionSettings(List.of(host), TargetSession.ANY, false, login, tls, socket, session);
    }

    /** These settings for servers of this kind only. */
    public ConnectionSettings withTarget(TargetSession newTarget) {
        return new ConnectionSettings(hosts, newTarget, shuffled, login, tls, socket, session);
    }

    /** A conninfo string for people to read: what matters of the settings, never a password. */
    public String printable() {
        var shown = new LinkedHashMap<Keyword, String>();
        shown.put(Keyword.HOST, hosts.stream().map(ServerHost::name).collect(Collectors.joining(",")));
        shown.put(Keyword.HOSTADDR, hosts.stream().map(ServerHost::address).collect(Collectors.joining(",")));
        shown.put(Keyword.PORT,
                hosts.stream().map(host -> String.valueOf(host.port())).collect(Collectors.joining(",")));
        shown.put(Keyword.USER, login.user());
        shown.put(Keyword.DBNAME, login.database());
        shown.put(Keyword.SSLMODE, tls.mode().text());
        shown.put(Keyword.TARGET_SESSION_ATTRS, target == TargetSession.ANY ? "" : target.text());
        shown.put(Keyword.APPLICATION_NAME, session.applicationName().orElse(""));
        return shown.entrySet()
                .stream()
                .filter(each -> !each.getValue().replace(",", "").isEmpty())
                .map(ConnectionSettings::pair)
                .collect(Collectors.joining(" "));
    }

    private static String pair(Map.Entry<Keyword, String> each) {
        var value = each.getValue();
        var plain = value.chars().noneMatch(c -> c == ' ' || c == '\'' || c == '\\');
        return each.getKey().text() + "="
                + (plain ? value : "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'");
    }

    @Override
    public String toString() {
        return printable();
    }
}
