// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

/**
 * How a new cluster is made.
 *
 * @param superuser the name of its first user
 * @param authentication who gets in
 * @param encoding of its template databases, such as UTF8
 * @param locale of its template databases; C sorts alike on every machine
 * @param checksums whether its pages carry checksums
 * @param walSegmentMegabytes the size of a WAL file: a power of two from 1 to 1024
 * @param settings what its postgresql.conf says beyond the defaults
 * @param synced whether initdb returns only when everything is on disk; false is for clusters that a test throws away
 */
public record ClusterOptions(String superuser, Authentication authentication, String encoding, String locale,
        boolean checksums, int walSegmentMegabytes, Settings settings, boolean synced) {

    private static final int WAL_SEGMENT_MEGABYTES = 16;
    private static final int WAL_SEGMENT_MEGABYTES_MAX = 1024;

    public ClusterOptions {
        if (Integer.bitCount(walSegmentMegabytes) != 1 || walSegmentMegabytes > WAL_SEGMENT_MEGABYTES_MAX
                || walSegmentMegabytes < 1) {
            throw new IllegalArgumentException("not a size of WAL segments: " + walSegmentMegabytes + " MiB");
        }
    }

    /** User postgres, UTF8, locale C, page checksums, WAL segments of 16 MiB, everything on disk before it returns. */
    public static ClusterOptions defaults(Authentication authentication) {
        return new ClusterOptions("postgres", authentication, "UTF8", "C", true, WAL_SEGMENT_MEGABYTES,
                Settings.none(), true);
    }

    public ClusterOptions withSuperuser(String newSuperuser) {
        return new ClusterOptions(newSuperuser, authentication, encoding, locale, checksums, walSegmentMegabytes,
                settings, synced);
    }

    public ClusterOptions withChecksums(boolean newChecksums) {
        return new ClusterOptions(superuser, authentication, encoding, locale, newChecksums, walSegmentMegabytes,
                settings, synced);
    }

    public ClusterOptions withWalSegmentMegabytes(int newMegabytes) {
        return new ClusterOptions(superuser, authentication, encoding, locale, checksums, newMegabytes, settings,
                synced);
    }

    /** These options with more settings. */
    public ClusterOptions with(Settings more) {
        return new ClusterOptions(superuser, authentication, encoding, locale, checksums, walSegmentMegabytes,
                settings.with(more), synced);
    }

    /** For a cluster that is thrown away whatever happens: initdb leaves it to the kernel when to write. */
    public ClusterOptions unsynced() {
        return new ClusterOptions(superuser, authentication, encoding, locale, checksums, walSegmentMegabytes,
                settings, false);
    }
}
