// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.gcs;

import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.storage.Storage;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import dev.muster.store.bucket.JavaHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Makes the library's client: it repeats nothing and follows nowhere. */
final class Connection {

    private static final String SCOPE = "https://www.googleapis.com/auth/devstorage.read_write";
    private static final String CALLER = "muster";

    private Connection() {}

    /** A client, which is closed by its request factory's transport. */
    static Storage open(GcsSettings settings, InstantSource clock) throws InterruptedException {
        var transport = new GcsHttp(new JavaHttp(settings.timing()));
        Storage opened = null;
        try {
            var credentials = credentials(settings, transport).createScoped(SCOPE);
            credentials.refreshIfExpired();
            opened = new Storage.Builder(transport, GsonFactory.getDefaultInstance(),
                    request -> prepare(request, credentials))
                    .setRootUrl(settings.server()).setApplicationName(CALLER).build();
            return opened;
        } catch (IOException e) {
            throw new Failures(settings, clock).withoutCredentials(e, settings.where().text());
        } finally {
            closeUnless(opened, transport);
        }
    }

    private static void closeUnless(@Nullable Storage opened, GcsHttp transport) {
        if (opened == null) {
            transport.shutdown();
        }
    }

    private static GoogleCredentials credentials(GcsSettings settings, HttpTransport transport) throws IOException {
        return switch (settings.credentials()) {
            case GcsCredentials.Chain() -> GoogleCredentials.getApplicationDefault();
            case GcsCredentials.KeyFile(var file) -> {
                try (var json = Files.newInputStream(file)) {
                    yield ServiceAccountCredentials.fromStream(json, () -> transport);
                }
            }
        };
    }

    private static void prepare(HttpRequest request, GoogleCredentials credentials) throws IOException {
        new HttpCredentialsAdapter(credentials).initialize(request);
        request.setUnsuccessfulResponseHandler(null).setIOExceptionHandler(null).setNumberOfRetries(0)
                .setFollowRedirects(false);
    }
}
