// SPDX-License-Identifier: Apache-2.0
/**
 * TLS towards a PostgreSQL server: whom the client trusts, and as whom it shows itself.
 *
 * <p><i>Trust</i> decides whether a server's certificate is accepted: by signature, by time, by revocation list, and by
 * name. The <i>identity</i> is the client's own certificate and private key. A <i>binding</i> is the digest of the
 * server's certificate that ties authentication to the connection.
 *
 * <p>Invariants: names are compared as libpq compares them, which is not as web browsers do; no session is resumed, so
 * that each connection checks its certificate; nothing below TLS 1.2 is spoken; file names are in messages, file
 * contents never.
 */
@NullMarked
package dev.muster.postgres.wire.tls;

import org.jspecify.annotations.NullMarked;
