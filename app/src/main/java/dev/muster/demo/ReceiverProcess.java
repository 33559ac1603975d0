// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.wal.receive.ReceiverState;
import dev.muster.postgres.wal.receive.StateFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** {@code muster stream}, a process of its own as in production. It ends when this program does, however that ends. */
final class ReceiverProcess implements AutoCloseable {

    private static final Duration AT_MOST = Duration.ofSeconds(60);
    private static final Duration STOP_AT_MOST = Duration.ofSeconds(30);
    private static final int SAID_CHARS_MAX = 500;

    private final DemoParts parts;
    private final Process process;
    private final Path log;
    private final StateFile stateFile;

    private ReceiverProcess(DemoParts parts, Process process, Path log, StateFile stateFile) {
        this.parts = parts;
        this.process = process;
        this.log = log;
        this.stateFile = stateFile;
    }

    /**
     * Starts it.
     *
     * @param stateFile where it will say how far it is
     * @param options beside the configuration
     */
    static ReceiverProcess start(DemoParts parts, Disks disks, Path stateFile, List<String> options) {
        var command = new ArrayList<>(parts.program());
        command.addAll(List.of("stream", RunDemo.SYSTEM, "--config", disks.configuration().toString(), "--tied"));
        command.addAll(options);
        var builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(disks.receiverLog().toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        try {
            return new ReceiverProcess(parts, builder.start(), disks.receiverLog(), new StateFile(stateFile));
        } catch (IOException e) {
            throw new DemoFault.Receiver("cannot be started: " + e.getMessage(), command.getFirst());
        }
    }

    /** Waits until it receives. */
    void awaitStreaming() throws InterruptedException {
        await("did not begin to receive", state -> state.phase() == ReceiverState.Phase.STREAMING);
    }

    /** Waits until the repository has the log up to a position. */
    void awaitStored(Lsn position) throws InterruptedException {
        await("did not bring the log up to " + position, state -> !state.log().stored().isBefore(position));
    }

    private void await(String what, Predicate<ReceiverState> condition) throws InterruptedException {
        var held = parts.waiting().until(() -> {
            if (!process.isAlive()) {
                throw new DemoFault.Receiver("ended with status " + process.exitValue(), said());
            }
            return stateFile.read().filter(condition).isPresent();
        }, AT_MOST);
        if (!held) {
            throw DemoFault.Receiver.late(what, AT_MOST, said());
        }
    }

    /** Stops it in the middle of whatever it does, as a machine does that swaps or a network that stalls. */
    void pause() throws InterruptedException {
        try {
            var kill = new ProcessBuilder("kill", "-s", "STOP", Long.toString(process.pid())).start();
            if (kill.waitFor() != 0) {
                throw new DemoFault.Receiver("could not be paused", "process " + process.pid());
            }
        } catch (IOException e) {
            throw new DemoFault.Receiver("could not be paused: " + e.getMessage(), "process " + process.pid());
        }
    }

    /** Kills it: what the network had brought and it had not yet read is lost. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Waits until it has ended by itself, having done what it was started for. */
    void awaitDone() throws InterruptedException {
        if (!process.waitFor(AT_MOST)) {
            throw DemoFault.Receiver.late("did not end", AT_MOST, said());
        }
        if (process.exitValue() != 0) {
            throw new DemoFault.Receiver("ended with status " + process.exitValue(), said());
        }
    }

    /** The end of what it printed. */
    private String said() {
        try {
            var text = Files.readString(log, StandardCharsets.UTF_8).strip();
            return text.substring(Math.max(0, text.length() - SAID_CHARS_MAX));
        } catch (IOException e) {
            return log + " cannot be read";
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_AT_MOST)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
