// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

/** The names of figures. Seconds are of wall time unless they say otherwise, bytes are bytes. */
final class Figure {

    /** From the start of the command until the file system has synced. */
    static final String SECONDS = "seconds";
    /** Of these, the sync after the command. */
    static final String SYNC = "sync_seconds";
    /** Until a server answers on what was restored. */
    static final String ANSWER = "answer_seconds";
    /** The files alone, where a restore does more, by the peer's own clock. */
    static final String COPYING = "copying";
    /** {@link #COPYING} where there is one, else {@link #SECONDS}: what compares with a copy of the files. */
    static final String FILES = "files_seconds";
    /** Until the receiver has ended after it was told to, from the start of the burst. */
    static final String ENDED = "ended_seconds";
    /** Processor time, user and system, of the command and all that it started. */
    static final String CPU = "cpu_seconds";
    /** The same of the server, its archiver's commands included. */
    static final String SERVER_CPU = "server_cpu_seconds";
    /** The most that the command's processes had resident at one time; what they share is counted for each. */
    static final String PEAK = "peak_bytes";
    /** What the command and all that it started read with read(2) and its kin, from files, pipes or the page cache. */
    static final String READ = "read_bytes";
    /** The same of the server. */
    static final String SERVER_READ = "server_read_bytes";
    /** What both of them read from the disk itself. */
    static final String DISK_READ = "disk_read_bytes";
    /** What both of them caused to be written to the disk. */
    static final String DISK_WRITTEN = "disk_written_bytes";
    /** The files of the repository, by their lengths, and how many they are. */
    static final String REPOSITORY = "repository_bytes";
    static final String OBJECTS = "objects";
    /** The data directory without its WAL. */
    static final String SOURCE = "source_bytes";
    /** Pages that differ from those of the day before, and all of them. */
    static final String PAGES_CHANGED = "pages_changed";
    static final String PAGES = "pages";
    /** WAL that was written in the burst. */
    static final String WAL = "wal_bytes";

    private Figure() {}
}
