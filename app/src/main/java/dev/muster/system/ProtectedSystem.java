// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.util.Optional;

/**
 * An application's data under one name.
 *
 * @param name what people call it, and what commands take: lower-case letters, digits and dashes
 * @param postgres connection URL or conninfo of its PostgreSQL, with a user that may replicate
 * @param repository where its backups and WAL go
 * @param objective what its recovery must achieve
 * @param stream how its WAL is received
 * @param retention what of it is kept; empty: everything
 */
public record ProtectedSystem(String name, ConnectionText postgres, RepositoryAddress repository, Objective objective,
        StreamPolicy stream, Optional<RetentionPolicy> retention) {

    /** The name of the component that a system's PostgreSQL is. */
    public static final String POSTGRES = "postgres";
}
