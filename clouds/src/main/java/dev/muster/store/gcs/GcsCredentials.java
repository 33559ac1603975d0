// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.gcs;

import java.nio.file.Path;

/** Who asks the store. */
public sealed interface GcsCredentials {

    /**
     * Whatever Google's application default credentials find, in their order: the file that
     * {@code GOOGLE_APPLICATION_CREDENTIALS} names, who is logged in with {@code gcloud}, the machine's own account.
     * Google's library reads all of these by itself, and renews what expires.
     */
    record Chain() implements GcsCredentials {}

    /**
     * The key of a service account, as Google hands it out.
     *
     * @param path of JSON
     */
    record KeyFile(Path path) implements GcsCredentials {}
}
