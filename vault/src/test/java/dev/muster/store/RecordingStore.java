// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import dev.muster.store.MeteredStore.Verb;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A store that writes down when each call began and how it ended, in the order in which that happened: what a test of
 * an order of writes looks at. Safe for use by any thread.
 */
public final class RecordingStore implements Store {

    /** Where a call is. */
    public enum Phase {
        BEGUN, DONE, FAILED
    }

    /** Something that happened; the subject is the key or prefix, empty for now. */
    public record Event(Phase phase, Verb verb, String subject) {

        @Override
        public String toString() {
            return phase + " " + verb + (subject.isEmpty() ? "" : " " + subject);
        }
    }

    @FunctionalInterface
    private interface Call<R> {
        R run() throws InterruptedException;
    }

    private final Store inner;
    private final List<Event> events = new ArrayList<>();

    public RecordingStore(Store inner) {
        this.inner = inner;
    }

    /** What has happened so far. */
    public List<Event> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    /** The keys that were put and acknowledged, in that order. */
    public List<String> puts() {
        return events().stream().filter(event -> event.phase == Phase.DONE && event.verb == Verb.PUT)
                .map(Event::subject).toList();
    }

    @Override
    public BlobInfo put(Key key, Content content) throws InterruptedException {
        return recorded(Verb.PUT, key.value(), () -> inner.put(key, content));
    }

    @Override
    public <R> R get(Key key, Range range, Reading<R> reading) throws InterruptedException {
        return recorded(Verb.GET, key.value(), () -> inner.get(key, range, reading));
    }

    @Override
    public Optional<BlobInfo> stat(Key key) throws InterruptedException {
        return recorded(Verb.STAT, key.value(), () -> inner.stat(key));
    }

    @Override
    public void list(Prefix prefix, Each each) throws InterruptedException {
        recorded(Verb.LIST, prefix.value(), () -> {
            inner.list(prefix, each);
            return true;
        });
    }

    @Override
    public void delete(Key key) throws InterruptedException {
        recorded(Verb.DELETE, key.value(), () -> {
            inner.delete(key);
            return true;
        });
    }

    @Override
    public Instant now() throws InterruptedException {
        return recorded(Verb.NOW, "", inner::now);
    }

    @Override
    public Capabilities capabilities() {
        return inner.capabilities();
    }

    @Override
    public String place() {
        return inner.place();
    }

    @Override
    public void close() {
        inner.close();
    }

    private <R> R recorded(Verb verb, String subject, Call<R> call) throws InterruptedException {
        record(Phase.BEGUN, verb, subject);
        var phase = Phase.FAILED;
        try {
            var result = call.run();
            phase = Phase.DONE;
            return result;
        } finally {
            record(phase, verb, subject);
        }
    }

    private void record(Phase phase, Verb verb, String subject) {
        synchronized (events) {
            events.add(new Event(phase, verb, subject));
        }
    }
}
