// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.tar;

/** Takes the members of an archive as they are read. Each call of {@link #begin} is followed by one of {@link #end}. */
public interface TarSink {

    /** A member begins. */
    void begin(TarMember member) throws InterruptedException;

    /** The next bytes of the file that has begun; the array is the caller's again when this returns. */
    void data(byte[] bytes, int offset, int length) throws InterruptedException;

    /** The member that began last is complete. */
    void end(TarMember member) throws InterruptedException;
}
