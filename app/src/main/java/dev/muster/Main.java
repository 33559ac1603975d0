// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import java.time.Duration;

/** Where the program begins, and where it is told to stop. */
final class Main {

    /** A command that was told to stop has this long for closing what it has open. */
    private static final Duration STOP_MAX = Duration.ofSeconds(20);

    private final Thread worker;
    private volatile int status = -1;

    private Main(Thread worker) {
        this.worker = worker;
    }

    public static void main(String[] arguments) {
        Main main = new Main(Thread.currentThread());
        Thread stopping = new Thread(main::stop, "stop");
        Runtime.getRuntime().addShutdownHook(stopping);
        main.status = Wiring.ofThisProcess().commandLine().run(arguments);
        try {
            Runtime.getRuntime().removeShutdownHook(stopping);
        } catch (IllegalStateException e) {
            // The signal came first: the hook waits for this thread and ends the process.
            return;
        }
        System.exit(main.status);
    }

    /** Runs on SIGINT and SIGTERM: lets the command end by itself, which for a receiver is how it ends well. */
    private void stop() {
        worker.interrupt();
        try {
            if (worker.join(STOP_MAX) && status == 0) {
                Runtime.getRuntime().halt(0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
