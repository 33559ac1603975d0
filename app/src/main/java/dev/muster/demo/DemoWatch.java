// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

/** Is told how a demonstration goes on. One thread at a time calls it. */
public interface DemoWatch {

    /** A new act of the play begins. */
    void act(String title);

    /** Something begins that takes a while. */
    void doing(String what);

    /** {@code done} of {@code total} bytes of something; a total of 0 is not known. */
    void bytes(String what, long done, long total);

    /** What was begun has been done; a line that stays. */
    void done(String what);
}
