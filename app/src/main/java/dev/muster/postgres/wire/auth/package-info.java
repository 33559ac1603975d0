// SPDX-License-Identifier: Apache-2.0
/**
 * Authentication: what the client answers to what the server asks, and what it refuses to answer.
 *
 * <p>A <i>request</i> is the server's, a <i>reply</i> the client's. A <i>channel</i> says what the connection can
 * prove: nothing in the clear, the digest of the server's certificate through TLS.
 *
 * <p>Invariants: nothing here reads or writes a socket; a server that was asked to prove that it knows the password and
 * has not is not talked to; no password, digest or proof is in any message.
 *
 * <p>Sources: the PostgreSQL manual, "Message Flow" and "SASL Authentication"; RFC 5802 and 7677 (SCRAM).
 */
@NullMarked
package dev.muster.postgres.wire.auth;

import org.jspecify.annotations.NullMarked;
