// SPDX-License-Identifier: Apache-2.0
/** Tests of the servers that Muster runs, and the fixture that gives other tests a server: TestServers. */
@NullMarked
package dev.muster.postgres.server;

import org.jspecify.annotations.NullMarked;
