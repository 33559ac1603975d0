// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.util.Optional;

/**
 * Who connects, to which database, and how that is shown to be so.
 *
 * @param user the database user
 * @param database the database
 * @param givenPassword the password that was given outright; it goes before the password file
 * @param passFile where passwords are looked up at each connection, if there is a home directory or a file was named
 * @param rules which authentication is accepted
 */
public record Login(String user, String database, Optional<Secret> givenPassword, Optional<PassFile> passFile,
        AuthRules rules) {

    /** In a password file this stands for the database of physical replication. */
    private static final String REPLICATION = "replication";

    static Login from(Said said, Surroundings surroundings) {
        var user = said.text(Keyword.USER).orElse(surroundings.osUser());
        var passFile = said.path(Keyword.PASSFILE).or(() -> surroundings.inHome(".pgpass")).map(PassFile::new);
        return new Login(user, said.text(Keyword.DBNAME).orElse(user),
                said.text(Keyword.PASSWORD).map(Secret::new), passFile, AuthRules.from(said));
    }

    /**
     * The password for a host: the one that was given, or the one that the password file has now.
     *
     * @param host the host as the settings name it
     * @param replication whether the session is one of physical replication, which a line for the database
     * {@code replication} serves too
     */
    public Optional<Secret> passwordFor(ServerHost host, boolean replication) {
        if (givenPassword.isPresent() || passFile.isEmpty()) {
            return givenPassword;
        }
        var file = passFile.get();
        var found = file.find(host, database, user);
        return found.isEmpty() && replication ? file.find(host, REPLICATION, user) : found;
    }
}
