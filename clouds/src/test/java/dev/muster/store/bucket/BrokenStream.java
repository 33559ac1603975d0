// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import java.io.IOException;
import java.io.InputStream;

/** A source whose disk has gone. */
final class BrokenStream extends InputStream {

    @Override
    public int read() throws IOException {
        throw new IOException("the spool's disk is gone");
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return read();
    }
}
