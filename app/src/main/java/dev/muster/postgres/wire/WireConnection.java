// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.conninfo.ServerHost;
import dev.muster.postgres.wire.Reply.Event;
import dev.muster.postgres.wire.transport.TransportFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A session with a server. One thread at a time uses it; any thread may {@link #cancel} or {@link #abort}.
 *
 * <p>An error of the server ends the command and leaves the session as it was; every other failure closes it.
 */
public final class WireConnection implements AutoCloseable {

    private static final int COPY_IN_BYTES = 60_000;

    private final Conversation conversation;
    private final ServerHost host;
    private final boolean secured;
    private final Runnable canceller;
    private boolean copying;

    WireConnection(Conversation conversation, ServerHost host, boolean secured, Runnable canceller) {
        this.conversation = conversation;
        this.host = host;
        this.secured = secured;
        this.canceller = canceller;
    }

    /** The host that the settings name and that was reached. */
    public ServerHost host() {
        return host;
    }

    /** Whether the connection is a TLS connection. */
    public boolean secured() {
        return secured;
    }

    /** What the server reports of itself: {@code server_version}, {@code in_hot_standby} and others, as it is now. */
    public Map<String, String> parameters() {
        return Map.copyOf(conversation.parameters());
    }

    /** The server's version. */
    public ServerVersion serverVersion() {
        return ServerVersion.parse(conversation.parameters().getOrDefault("server_version", ""));
    }

    /** Whether the session can still be used. */
    public boolean open() {
        return !conversation.closed();
    }

    /**
     * Runs one or more statements.
     *
     * @param sql the text; statements that copy data are not among them
     * @return what each statement answered
     * @throws WireFault.ServerError if the server reports an error
     */
    public List<QueryResult> query(String sql) {
        var results = new ArrayList<QueryResult>();
        var reply = begin(sql);
        for (var event = await(reply); event != Event.READY; event = await(reply)) {
            requireNoCopy(event == Event.RESULT);
            results.add(reply.result());
        }
        return results;
    }

    /**
     * Runs a command that copies data out, in one or more copies, with results before, between and after them.
     *
     * @param sql the command
     * @param silenceMax how long the server may say nothing
     * @param reader consumes what comes
     * @throws WireFault.ServerError if the server reports an error, at whatever point: what came before is then worth
     * nothing
     */
    public void copyOut(String sql, Duration silenceMax, CopyReader reader) {
        var reply = begin(sql);
        var silenceNanosMax = silenceMax.toNanos();
        for (var event = await(reply, silenceNanosMax); event != Event.READY; event = await(reply, silenceNanosMax)) {
            requireNoCopy(event != Event.COPY_IN && event != Event.COPY_BOTH);
            try {
                handOut(event, reply, reader);
            } catch (RuntimeException | Error e) {
                conversation.close();
                throw e;
            }
        }
    }

    private static void handOut(Event event, Reply reply, CopyReader reader) {
        switch (event) {
            case DATA -> reader.data(reply.data());
            case RESULT -> reader.result(reply.result());
            case COPY_OUT -> reader.begins();
            case COPY_END -> reader.ends();
            case NOTHING, COPY_IN, COPY_BOTH, READY -> throw new IllegalStateException("not for the reader: " + event);
        }
    }

    /**
     * Runs a command that copies data into the server.
     *
     * @param sql the command
     * @param source the data, read to its end; if reading it fails, the server is told to drop what it has
     * @return what the command answered
     * @throws WireFault.ServerError if the server reports an error
     */
    public List<QueryResult> copyIn(String sql, InputStream source) {
        var results = new ArrayList<QueryResult>();
        var reply = begin(sql);
        for (var event = await(reply); event != Event.READY; event = await(reply)) {
            requireNoCopy(event == Event.RESULT || event == Event.COPY_IN);
            if (event == Event.COPY_IN) {
                send(source, reply);
            } else {
                results.add(reply.result());
            }
        }
        return results;
    }

    private void send(InputStream source, Reply reply) {
        var chunk = new byte[COPY_IN_BYTES];
        try {
            for (var count = read(source, chunk); count >= 0; count = read(source, chunk)) {
                if (failed(reply)) {
                    return;
                }
                conversation.sendData(ByteBuffer.wrap(chunk, 0, count));
            }
        } catch (IOException e) {
            throw takenBack(reply, e);
        }
        reply.copiedIn();
        conversation.send(Frontend.copyDone());
    }

    private int read(InputStream source, byte[] chunk) throws IOException {
        try {
            return source.read(chunk);
        } catch (RuntimeException | Error e) {
            conversation.close();
            throw e;
        }
    }

    /** Whether the server has already said that it failed; a notice is no reason to stop. */
    private boolean failed(Reply reply) {
        if (conversation.ready()) {
            requireNoCopy(reply.next(0) == Event.NOTHING);
        }
        return reply.hasFailed();
    }

    private UncheckedIOException takenBack(Reply reply, IOException cause) {
        var failure = new UncheckedIOException("the data to copy into the server cannot be read", cause);
        conversation.send(Frontend.copyFail("the client could not read its data"));
        try {
            while (await(reply) != Event.READY) {
                // whatever comes before the server is ready is not wanted any more
            }
        } catch (WireFault.ServerError e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    /**
     * Runs a command that copies in both directions. Until the copy has ended the connection does nothing else.
     *
     * @param sql the command
     * @throws WireFault.ServerError if the server reports an error
     */
    public CopyBoth copyBoth(String sql) {
        var results = new ArrayList<QueryResult>();
        var reply = begin(sql);
        for (var event = await(reply); event != Event.READY; event = await(reply)) {
            if (event == Event.COPY_BOTH) {
                copying = true;
                return new CopyBoth(conversation, reply, () -> copying = false);
            }
            requireNoCopy(event == Event.RESULT);
            results.add(reply.result());
        }
        return CopyBoth.over(conversation, reply, results);
    }

    private Reply begin(String sql) {
        if (copying && !conversation.closed()) {
            throw new IllegalStateException("the connection is in the middle of a copy");
        }
        conversation.send(Frontend.query(sql));
        return new Reply(conversation);
    }

    private Event await(Reply reply) {
        return await(reply, conversation.limits().silenceMax().toNanos());
    }

    private Event await(Reply reply, long silenceNanosMax) {
        var event = reply.next(silenceNanosMax);
        if (event == Event.NOTHING) {
            conversation.close();
            throw new TransportFault.TimedOut("The server has said nothing for too long", conversation.server());
        }
        return event;
    }

    private void requireNoCopy(boolean expected) {
        if (!expected) {
            conversation.close();
            throw conversation.violation("The server copies data where none was expected");
        }
    }

    /**
     * Asks the server, over a connection of its own, to cancel the command that this session is running. Any thread may.
     * Whether there was one, and whether it was cancelled, shows in the command's answer.
     */
    public void cancel() {
        canceller.run();
    }

    /** Closes the connection at once. Any thread may; whoever is using it gets a fault. */
    public void abort() {
        conversation.close();
    }

    /** Ends the session; in the middle of a copy or after a failure it just closes the connection. */
    @Override
    public void close() {
        if (!conversation.closed() && !copying) {
            try {
                conversation.send(Frontend.terminate());
            } catch (TransportFault e) {
                // the server has ended it already
            }
        }
        conversation.close();
    }
}
