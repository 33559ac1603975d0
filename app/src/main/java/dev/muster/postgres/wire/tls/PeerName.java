// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.tls;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;

/**
 * Whether a certificate is for a host, as libpq decides it: a certificate with alternative names of the host's kind
 * (DNS name or IP address) is judged by its alternative names alone, any other also by its first common name. A leading
 * {@code *.} stands for one label.
 *
 * @param host the name or the numeric address that was asked for
 */
record PeerName(String host) {

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    /** Why the certificate is not for this host; nothing if it is. */
    Optional<String> mismatch(X509Certificate certificate) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            var alternatives = names == null ? List.<List<?>>of() : names;
            if (matchesAlternative(alternatives)) {
                return Optional.empty();
            }
            var kind = address(host).isPresent() ? IP_ADDRESS : DNS_NAME;
            var judgedByCommonName = alternatives.stream().noneMatch(each -> each.getFirst().equals(kind));
            var common = commonName(certificate);
            if (judgedByCommonName && common.filter(this::matches).isPresent()) {
                return Optional.empty();
            }
            return Optional.of("The server's certificate is not for this host but for " + shown(alternatives, common));
        } catch (CertificateParsingException | NamingException e) {
            return Optional.of("The names in the server's certificate cannot be read");
        }
    }

    private boolean matchesAlternative(Collection<List<?>> names) {
        for (var name : names) {
            var matches = switch ((Integer) name.getFirst()) {
                case DNS_NAME -> matches((String) name.get(1));
                case IP_ADDRESS -> isAddress((String) name.get(1));
                default -> false;
            };
            if (matches) {
                return true;
            }
        }
        return false;
    }

    private boolean isAddress(String other) {
        return address(other).isPresent() && address(other).equals(address(host));
    }

    private boolean matches(String name) {
        if (name.indexOf('\0') >= 0) {
            return false; // an authority may have been tricked into signing what only looks like a name
        }
        return name.equalsIgnoreCase(host) || matchesWildcard(name.toLowerCase(Locale.ROOT));
    }

    private boolean matchesWildcard(String pattern) {
        if (!pattern.startsWith("*.") || pattern.length() < 3) {
            return false;
        }
        var rest = pattern.substring(1);
        var lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(rest) && lower.indexOf('.') == lower.length() - rest.length()
                && lower.length() >= pattern.length();
    }

    private static Optional<InetAddress> address(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a name
        }
    }

    /** The first common name; the last in the text of RFC 2253, which is written backwards. */
    private static Optional<String> commonName(X509Certificate certificate) throws NamingException {
        try {
            for (var part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                var common = part.toAttributes().get("cn");
                if (common != null && common.get() instanceof String name) {
                    return Optional.of(name);
                }
            }
            return Optional.empty();
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }

    private static String shown(Collection<List<?>> alternatives, Optional<String> common) {
        var names = new ArrayList<String>();
        for (var name : alternatives) {
            if (name.get(1) instanceof String text) {
                names.add(text);
            }
        }
        common.ifPresent(names::add);
        return names.isEmpty() ? "none" : String.join(", ", names.stream().distinct().limit(5).toList());
    }
}
