// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.util.List;
import java.util.Map;

/**
 * Reads {@code postgresql://[user[:password]@][host[:port][,...]][/dbname][?option=value[&...]]}. Each part is
 * percent-decoded after it has been cut out; an IPv6 address stands in brackets; a socket's directory is a host whose
 * slashes are written {@code %2F}.
 */
final class UrlText {

    static final List<String> SCHEMES = List.of("postgresql://", "postgres://");

    private static final String HOST_ENDS = ":/?,";

    private final Map<Keyword, String> said = ConninfoText.empty();
    private final String url;
    private int at;

    UrlText(String url, int schemeLength) {
        this.url = url;
        this.at = schemeLength;
    }

    Map<Keyword, String> read() {
        readUser();
        readHosts();
        if (next() == '/') {
            at++;
            put(Keyword.DBNAME, upTo("?"));
        }
        if (next() == '?') {
            at++;
            readOptions();
        }
        return said;
    }

    /** A user is there only if an at sign comes before the first slash. */
    private void readUser() {
        var end = at;
        while (end < url.length() && url.charAt(end) != '@' && url.charAt(end) != '/') {
            end++;
        }
        if (end == url.length() || url.charAt(end) == '/') {
            return;
        }
        put(Keyword.USER, upTo(":@"));
        if (next() == ':') {
            at++;
            put(Keyword.PASSWORD, upTo("@"));
        }
        at++;
    }

    private void readHosts() {
        var hosts = new StringBuilder();
        var ports = new StringBuilder();
        while (true) {
            hosts.append(next() == '[' ? bracketed() : upTo(HOST_ENDS));
            if (next() == ':') {
                at++;
                ports.append(upTo("/?,"));
            }
            if (next() != ',') {
                break;
            }
            at++;
            hosts.append(',');
            ports.append(',');
        }
        put(Keyword.HOST, hosts.toString());
        put(Keyword.PORT, ports.toString());
    }

    private String bracketed() {
        at++;
        var address = upTo("]");
        if (next() != ']') {
            throw invalid("An IPv6 address in the connection URL has no closing bracket", "host");
        }
        at++;
        if (address.isEmpty()) {
            throw invalid("An IPv6 address in the connection URL is empty", "host");
        }
        if (at < url.length() && HOST_ENDS.indexOf(next()) < 0) {
            throw invalid("Something other than a port or a path follows an IPv6 address in the connection URL",
                    "character " + (at + 1));
        }
        return address;
    }

    private void readOptions() {
        while (at < url.length()) {
            var option = upTo("&");
            at++;
            var equals = option.indexOf('=');
            if (equals < 0) {
                throw invalid("An option in the connection URL has no '=' after it", printable(option));
            }
            if (option.indexOf('=', equals + 1) >= 0) {
                throw invalid("An option in the connection URL has more than one '='",
                        printable(option.substring(0, equals)));
            }
            readOption(decoded(option.substring(0, equals), "option"), option.substring(equals + 1));
        }
    }

    private void readOption(String name, String encoded) {
        if (name.equals("ssl") && encoded.equals("true")) {
            said.put(Keyword.SSLMODE, SslMode.REQUIRE.text()); // as JDBC drivers write it
            return;
        }
        var keyword = ConninfoText.keyword(name);
        said.put(keyword, decoded(encoded, keyword.text()));
    }

    /** An empty part says nothing, so that the environment is still asked. */
    private void put(Keyword keyword, String encoded) {
        if (!encoded.isEmpty()) {
            said.put(keyword, decoded(encoded, keyword.text()));
        }
    }

    private static String decoded(String encoded, String part) {
        var result = PercentText.decode(encoded);
        return result.orElseThrow(() -> invalid("Percent-encoding in the connection URL is not valid", part));
    }

    private static String printable(String option) {
        return Keyword.named(option).map(Keyword::text).orElse("option");
    }

    private char next() {
        return at < url.length() ? url.charAt(at) : '\0';
    }

    private String upTo(String ends) {
        var from = at;
        while (at < url.length() && ends.indexOf(url.charAt(at)) < 0) {
            at++;
        }
        return url.substring(from, at);
    }

    private static ConninfoFault invalid(String what, String subject) {
        return new ConninfoFault.Invalid(what, subject);
    }
}
