// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.util.List;

/**
 * What is asked of TLS.
 *
 * @param mode whether it is used, and how far the server is checked
 * @param negotiation how it begins
 * @param sendHostName whether the server is told the host's name (SNI)
 * @param roots whose signature is trusted
 * @param identity the client's own certificate
 * @param versions which versions of TLS are spoken
 */
public record TlsSettings(SslMode mode, SslNegotiation negotiation, boolean sendHostName, TrustRoots roots,
        ClientIdentity identity, Versions versions) {

    /**
     * The bounds on the version, both inclusive.
     *
     * @param lowest 1.2 or 1.3
     * @param highest 1.2 or 1.3
     */
    public record Versions(TlsVersion lowest, TlsVersion highest) {

        static Versions from(Said said) {
            var lowest = said.choice(Keyword.SSL_MIN_PROTOCOL_VERSION, TlsVersion.class, TlsVersion.V1_2);
            var highest = said.choice(Keyword.SSL_MAX_PROTOCOL_VERSION, TlsVersion.class, TlsVersion.V1_3);
            if (highest.compareTo(TlsVersion.V1_2) < 0) {
                throw new ConninfoFault.Unsupported("TLS below version 1.2 is not spoken",
                        Keyword.SSL_MAX_PROTOCOL_VERSION.text(), "Use TLSv1.2 or TLSv1.3.");
            }
            if (lowest.compareTo(highest) > 0) {
                throw new ConninfoFault.Invalid("The lowest version of TLS is above the highest",
                        Keyword.SSL_MIN_PROTOCOL_VERSION.text());
            }
            return new Versions(lowest.compareTo(TlsVersion.V1_2) < 0 ? TlsVersion.V1_2 : lowest, highest);
        }
    }

    /** Where nobody said a mode, the server must prove its name if there is a network on the way to it. */
    static TlsSettings from(Said said, Surroundings surroundings, List<ServerHost> hosts) {
        var strict = said.text(Keyword.SSLMODE).isEmpty() && !hosts.stream().allMatch(ServerHost::isLocal);
        var named = TrustRoots.from(said, surroundings);
        var roots = strict && said.text(Keyword.SSLROOTCERT).isEmpty() ? named.orSystem() : named;
        var mode = said.choice(Keyword.SSLMODE, SslMode.class,
                strict || roots.system() ? SslMode.VERIFY_FULL : SslMode.PREFER);
        var negotiation = said.choice(Keyword.SSLNEGOTIATION, SslNegotiation.class, SslNegotiation.POSTGRES);
        if (roots.system() && mode != SslMode.VERIFY_FULL) {
            throw new ConninfoFault.Invalid("With sslrootcert=system only sslmode=verify-full is safe",
                    "sslmode=" + mode.text());
        }
        if (negotiation == SslNegotiation.DIRECT && !mode.demandsTls()) {
            throw new ConninfoFault.Invalid("With sslnegotiation=direct the sslmode must be require, verify-ca or"
                    + " verify-full", "sslmode=" + mode.text());
        }
        return new TlsSettings(mode, negotiation, said.flag(Keyword.SSLSNI, true), roots,
                ClientIdentity.from(said, surroundings), Versions.from(said));
    }
}
