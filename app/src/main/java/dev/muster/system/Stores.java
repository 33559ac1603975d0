// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.store.Store;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the stores that addresses name. The program's wiring knows the concrete ones. */
public interface Stores {

    /** The store at this address, which exists. The caller closes it. */
    Store open(String url) throws InterruptedException;

    /** What is at this address, be it a store or a copy of one, of which nothing is changed. The caller closes it. */
    Store openReadOnly(String url) throws InterruptedException;

    /** A new and empty store at this address. The caller closes it. */
    Store create(String url) throws InterruptedException;

    /** The directory of this machine that the store at this address is in, if it is in one. */
    Optional<Path> directory(String url);

    /** Whether there is a store at this address. */
    boolean exists(String url) throws InterruptedException;
}
