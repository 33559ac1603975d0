// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.vault.tree.ContentCheck;
import java.io.ByteArrayOutputStream;
import java.util.Collection;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Writes documents into a snapshot. */
final class DocumentWriter {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private final SnapshotFiles files;

    DocumentWriter(SnapshotFiles files) {
        this.files = files;
    }

    /** One JSON object. */
    void object(String document, Object value) throws InterruptedException {
        bytes(document, MAPPER.writeValueAsBytes(value));
    }

    /** One JSON object a line. */
    void lines(String document, Collection<?> values) throws InterruptedException {
        var text = new ByteArrayOutputStream();
        for (var value : values) {
            text.writeBytes(MAPPER.writeValueAsBytes(value));
            text.write('\n');
        }
        bytes(document, text.toByteArray());
    }

    void bytes(String document, byte[] bytes) throws InterruptedException {
        var file = open(document);
        file.write(bytes, 0, bytes.length);
        file.finish(ContentCheck.none());
    }

    /** A document that is written piece by piece. */
    SnapshotFiles.OpenFile open(String document) throws InterruptedException {
        return files.document(document);
    }
}
