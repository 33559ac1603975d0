// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.wire.transport.TransportFault;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A copy in both directions at once. One thread receives; any thread may send. Each side says once that it has sent all
 * its data; results follow, and then the connection takes commands again.
 */
public final class CopyBoth {

    /** What one call of {@link #receive} found. */
    public enum Received {
        /** Data came and was handed out. */
        DATA,
        /** Nothing came in time. */
        NOTHING,
        /** The copy is over: {@link #ending}. */
        ENDED
    }

    /** How the copy came to its end. */
    public enum Ending {
        /** The server had no more data. */
        SERVER_DONE,
        /** The client had asked for the end. */
        CLIENT_DONE,
        /** The server shuts down; the connection is closed. */
        SERVER_SHUTDOWN
    }

    /** Consumes data in place: valid until the method returns. */
    @FunctionalInterface
    public interface Sink {
        void data(ByteBuffer bytes);
    }

    private final Conversation conversation;
    private final Reply reply;
    private final Runnable onEnd;
    private final AtomicBoolean finished = new AtomicBoolean();
    private final List<QueryResult> results = new ArrayList<>();
    private boolean copying = true;
    private boolean over;
    private @Nullable Ending ending;
    private WireFault.@Nullable ServerError failure;

    CopyBoth(Conversation conversation, Reply reply, Runnable onEnd) {
        this.conversation = conversation;
        this.reply = reply;
        this.onEnd = onEnd;
    }

    /** The server had nothing to copy and went straight to the results. */
    static CopyBoth over(Conversation conversation, Reply reply, List<QueryResult> results) {
        var copy = new CopyBoth(conversation, reply, () -> {});
        copy.results.addAll(results);
        copy.ending = Ending.SERVER_DONE;
        copy.over = true;
        return copy;
    }

    /**
     * Receives one message of data, or the end.
     *
     * @param timeoutNanos how long to wait for it; 0 not at all
     * @param sink gets the data; if it throws, the connection is closed
     * @throws WireFault.ServerError if the server reports an error instead
     */
    public Received receive(long timeoutNanos, Sink sink) {
        if (failure != null) {
            throw failure;
        }
        while (!over) {
            switch (next(timeoutNanos)) {
                case NOTHING -> {
                    return Received.NOTHING;
                }
                case DATA -> {
                    handOut(sink);
                    return Received.DATA;
                }
                case RESULT -> result();
                case COPY_END -> serverDone();
                case READY -> end();
                case COPY_OUT, COPY_IN, COPY_BOTH -> {
                    conversation.close();
                    throw conversation.violation("The server begins a second copy");
                }
            }
        }
        return Received.ENDED;
    }

    /** After an error of the server the connection takes commands again: this copy must not read their answers. */
    private Reply.Event next(long timeoutNanos) {
        try {
            return reply.next(timeoutNanos);
        } catch (WireFault.ServerError e) {
            failure = e;
            onEnd.run();
            throw e;
        }
    }

    private void handOut(Sink sink) {
        try {
            sink.data(reply.data());
        } catch (RuntimeException | Error e) {
            conversation.close();
            throw e;
        }
    }

    private void result() {
        results.add(reply.result());
        if (copying) {
            ending = Ending.SERVER_SHUTDOWN;
            conversation.close();
            end();
        }
    }

    private void serverDone() {
        copying = false;
        if (finished.compareAndSet(false, true)) {
            ending = Ending.SERVER_DONE;
            conversation.send(Frontend.copyDone());
        }
    }

    private void end() {
        over = true;
        ending = ending == null ? Ending.CLIENT_DONE : ending;
        onEnd.run();
    }

    /** Whether {@link #receive} would find something without waiting; not to be asked while data is being handed out. */
    public boolean ready() {
        return over || failure != null || conversation.ready();
    }

    /**
     * Sends data, in one message if it is small; any thread may.
     *
     * @throws TransportFault.Lost if the server has gone: what it had sent before can still be received
     */
    public void send(ByteBuffer data) {
        if (finished.get()) {
            throw new TransportFault.Closed(conversation.server(), null);
        }
        conversation.offerData(data);
    }

    /** Says that this side has sent all its data; any thread may. What the server still sends can be received. */
    public void finish() {
        if (finished.compareAndSet(false, true)) {
            conversation.send(Frontend.copyDone());
        }
    }

    /** How it ended, after {@link Received#ENDED}. */
    public Ending ending() {
        if (ending == null || !over) {
            throw new IllegalStateException("the copy is not over");
        }
        return ending;
    }

    /** The results that followed, after {@link Received#ENDED}. */
    public List<QueryResult> results() {
        return List.copyOf(results);
    }
}
