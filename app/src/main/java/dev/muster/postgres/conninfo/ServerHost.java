// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One of the hosts to try.
 *
 * @param name a host's name or address, or the directory of a Unix socket, which begins with a slash; empty for the
 * usual directories. It is also what a certificate must be for, and what the password file is searched with
 * @param address the numeric address to connect to instead of looking the name up; empty for none
 * @param port the TCP port, or the number at the end of the socket's name
 */
public record ServerHost(String name, String address, int port) {

    static final int PORT_DEFAULT = 5432;

    private static final int PORT_MAX = 65_535;
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");

    static List<ServerHost> from(Said said) {
        var names = said.list(Keyword.HOST);
        var addresses = said.list(Keyword.HOSTADDR);
        var ports = said.list(Keyword.PORT);
        var count = Math.max(1, Math.max(names.size(), addresses.size()));
        if (!names.isEmpty() && !addresses.isEmpty() && names.size() != addresses.size()) {
            throw new ConninfoFault.Invalid("There are not as many host names as addresses",
                    names.size() + " in host, " + addresses.size() + " in hostaddr");
        }
        if (ports.size() > 1 && ports.size() != count) {
            throw new ConninfoFault.Invalid("There are neither as many ports as hosts nor one for all",
                    ports.size() + " in port, " + count + " hosts");
        }
        var hosts = new ArrayList<ServerHost>();
        for (var i = 0; i < count; i++) {
            hosts.add(new ServerHost(at(names, i), at(addresses, i), port(at(ports, ports.size() == 1 ? 0 : i))));
        }
        hosts.forEach(ServerHost::refuseAbstract);
        return List.copyOf(hosts);
    }

    private static String at(List<String> list, int index) {
        return index < list.size() ? list.get(index) : "";
    }

    /** The value itself is not shown: in a URL whose password has a slash in it, it is part of the password. */
    private static int port(String text) {
        if (text.isEmpty()) {
            return PORT_DEFAULT;
        }
        try {
            var port = Integer.parseInt(text.strip());
            if (port >= 1 && port <= PORT_MAX) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new ConninfoFault.Invalid("The port is not a number from 1 to 65535", "port", e);
        }
        throw new ConninfoFault.Invalid("The port is not a number from 1 to 65535", "port");
    }

    private void refuseAbstract() {
        if (name.startsWith("@")) {
            throw new ConninfoFault.Unsupported("Abstract Unix sockets cannot be reached", name,
                    "Name the directory of a socket in the file system, or a host.");
        }
    }

    /** Whether the server is reached through a Unix socket. */
    public boolean isSocket() {
        return address.isEmpty() && (name.isEmpty() || name.startsWith("/"));
    }

    /** Whether nobody else stands on the way to it: it is reached through a Unix socket or the loopback interface. */
    public boolean isLocal() {
        var where = address.isEmpty() ? name : address;
        return isSocket() || where.equals("localhost") || where.equals("::1") || LOOPBACK.matcher(where).matches();
    }

    /** For messages: {@code db1:5432}, {@code [::1]:5432}, {@code /tmp:5432}. */
    @Override
    public String toString() {
        var shown = name.isEmpty() ? address : name;
        if (shown.isEmpty()) {
            return "local socket " + port;
        }
        return (shown.indexOf(':') < 0 ? shown : "[" + shown + "]") + ":" + port;
    }
}
