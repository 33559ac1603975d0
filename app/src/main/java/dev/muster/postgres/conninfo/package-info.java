// SPDX-License-Identifier: Apache-2.0
/**
 * Connection information: what a user says about how to reach a server, in the words that psql and every other program
 * on libpq understand, and what it comes to.
 *
 * <p>A <i>keyword</i> is one thing that can be said. A <i>conninfo string</i> says several: {@code key=value} pairs, or
 * a URL. The <i>surroundings</i> say the rest: the environment, the home directory, the operating system's user. A
 * <i>service</i> is a named set of keywords in a file; a <i>password file</i> holds passwords by host, port, database
 * and user. <i>Settings</i> are what all of them come to.
 *
 * <p>Invariants: what is said in the string wins over the service, the service over the environment, the environment
 * over the defaults; a keyword that means nothing here is refused, never ignored; no password is ever printed.
 *
 * <p>Source: the PostgreSQL manual, "Database Connection Control Functions" to "The Connection Service File".
 */
@NullMarked
package dev.muster.postgres.conninfo;

import org.jspecify.annotations.NullMarked;
