// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.conninfo.ServerHost;
import dev.muster.postgres.conninfo.SocketDirectories;
import dev.muster.postgres.wire.transport.TransportFault;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * One address of one host.
 *
 * @param host the host as the settings name it
 * @param address where to connect to
 */
record Destination(ServerHost host, SocketAddress address) {

    /** All addresses of a host, in the order in which they are tried. */
    static List<Destination> of(ServerHost host) {
        if (host.isSocket()) {
            var directories = host.name().isEmpty() ? SocketDirectories.USUAL : List.of(Path.of(host.name()));
            return directories.stream()
                    .map(each -> UnixDomainSocketAddress.of(SocketDirectories.socketIn(each, host.port())))
                    .map(each -> new Destination(host, each)).toList();
        }
        return internet(host).stream().map(each -> new Destination(host, new InetSocketAddress(each, host.port())))
                .toList();
    }

    private static List<InetAddress> internet(ServerHost host) {
        try {
            return host.address().isEmpty()
                    ? Arrays.asList(InetAddress.getAllByName(host.name()))
                    : List.of(InetAddress.ofLiteral(host.address()));
        } catch (UnknownHostException e) {
            throw new TransportFault.Unreachable("The host's name has no address", host.toString(), e);
        } catch (IllegalArgumentException e) {
            throw new TransportFault.Unreachable("hostaddr is not a numeric address", host.toString(), e);
        }
    }

    /** For messages: the host, and the address if it is not the same. */
    @Override
    public String toString() {
        return switch (address) {
            case UnixDomainSocketAddress local -> local.getPath().toString();
            case InetSocketAddress internet when !internet.getAddress().getHostAddress().equals(host.name()) ->
                host + " (" + internet.getAddress().getHostAddress() + ")";
            default -> host.toString();
        };
    }
}
