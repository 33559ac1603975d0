// SPDX-License-Identifier: Apache-2.0
package dev.muster.work;

/**
 * Is told when work comes to a point at which its end would leave something half done. Tests end it there, by an exception
 * or by killing the process; the program does nothing.
 */
@FunctionalInterface
public interface CrashPoints {

    /**
     * The work is at this point.
     *
     * @param point such as {@code capture.after-commit}; the package that names a point lists them
     */
    void reached(String point);

    /** Nothing happens at any point. */
    static CrashPoints none() {
        return _ -> {};
    }
}
