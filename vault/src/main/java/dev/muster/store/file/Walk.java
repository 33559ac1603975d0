// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.file;

import dev.muster.disk.Disk;
import dev.muster.store.BlobInfo;
import dev.muster.store.Interruption;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Store;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.util.TreeMap;

/**
 * Walks the directories of a store in the order of its keys. A directory sorts as if its name ended with {@code /},
 * since the keys below it do: {@code a-b} comes before {@code a/b}. Of a directory at most {@code namesMax} names are
 * held at a time; a larger one is read again for each further page. Names that no key has are left out.
 */
record Walk(Disk disk, int namesMax) {

    /** Lists what the prefix covers. */
    void list(Prefix prefix, Store.Each each) throws IOException, InterruptedException {
        below(Directories.of(prefix.value()), prefix, each);
    }

    private void below(String directory, Prefix prefix, Store.Each each) throws IOException, InterruptedException {
        var last = "";
        TreeMap<String, Disk.Entry> page;
        do {
            page = page(directory, last, prefix);
            for (var found : page.entrySet()) {
                Interruption.check();
                last = found.getKey();
                var entry = found.getValue();
                if (entry.directory()) {
                    below(Directories.of(last), prefix, each);
                } else {
                    each.accept(BlobInfo.of(Key.of(last), entry.length(), entry.modified()));
                }
            }
        } while (page.size() == namesMax);
    }

    /** The first names behind {@code last}: paths of files, and paths of directories with a slash behind them. */
    private TreeMap<String, Disk.Entry> page(String directory, String last, Prefix prefix) throws IOException {
        var page = new TreeMap<String, Disk.Entry>();
        var beginning = directory.isEmpty() ? "" : directory + "/";
        try {
            disk.names(directory, name -> {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException();
                }
                var path = beginning + name;
                if (couldBeKey(path, name) && path.startsWith(prefix.value()) && isOnPage(path, last, page)) {
                    add(path, last, page);
                }
            });
        } catch (NoSuchFileException _) {
            // Nothing was ever put here: the store makes directories when it needs them and never removes one.
        }
        return page;
    }

    private static boolean couldBeKey(String path, String name) {
        return Key.isSegment(name) && path.length() <= Key.LENGTH_BYTES_MAX;
    }

    /** Whether the path may belong there, as a file or as a directory; spares looking at what does not. */
    private boolean isOnPage(String path, String last, TreeMap<String, Disk.Entry> page) {
        var behind = (path + "/").compareTo(last) > 0;
        return behind && (page.size() < namesMax || path.compareTo(page.lastKey()) < 0);
    }

    private void add(String path, String last, TreeMap<String, Disk.Entry> page) throws IOException {
        var entry = disk.stat(path);
        if (entry.isEmpty() || !(entry.get().file() || entry.get().directory())) {
            return;
        }
        var sorted = entry.get().directory() ? path + "/" : path;
        if (sorted.compareTo(last) > 0) {
            page.put(sorted, entry.get());
        }
        if (page.size() > namesMax) {
            page.pollLastEntry();
        }
    }
}
