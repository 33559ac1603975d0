// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.auth;

import dev.muster.postgres.conninfo.Login;
import dev.muster.postgres.conninfo.PassFile;
import dev.muster.postgres.conninfo.Secret;
import dev.muster.postgres.conninfo.ServerHost;

/**
 * Who logs in where.
 *
 * @param login the user and where its password is
 * @param host the host that the password is for
 * @param replication whether the session is one of physical replication
 */
public record Credentials(Login login, ServerHost host, boolean replication) {

    String user() {
        return login.user();
    }

    /** For messages: {@code ann@db1:5432}. */
    public String subject() {
        return login.user() + "@" + host;
    }

    Secret password() {
        return login.passwordFor(host, replication).orElseThrow(() -> new AuthFault.NoPassword(subject(),
                login.passFile().flatMap(PassFile::whyIgnored).orElse(null)));
    }
}
