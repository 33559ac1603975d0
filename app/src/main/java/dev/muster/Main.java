// SPDX-License-Identifier: Apache-2.0
package dev.muster;

/** Where the program begins. */
final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(Wiring.ofThisProcess().commandLine().run(arguments));
    }
}
