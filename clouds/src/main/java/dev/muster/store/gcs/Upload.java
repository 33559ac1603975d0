// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.gcs;

import com.google.api.client.http.HttpContent;
import dev.muster.store.bucket.Md5;
import dev.muster.store.bucket.SentBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/**
 * An object and what is said about it in one request, as {@code multipart/related} (RFC 2387; Google Cloud Storage,
 * "Upload an object from a multipart request"). It can be read, where the library's own can only be written.
 *
 * @param about the object, in JSON
 * @param bytes of the object
 * @param length of the object, in bytes
 * @param boundary between the parts
 */
record Upload(String about, SentBytes bytes, long length, String boundary) implements HttpContent {

    /** @param md5 of the bytes makes the boundary: bytes do not contain their own digest */
    static Upload of(String about, SentBytes bytes, long length, Md5 md5) {
        return new Upload(about, bytes, length, "muster-" + HexFormat.of().formatHex(md5.bytes()));
    }

    /** All of it, from its beginning. */
    InputStream open() {
        return new SequenceInputStream(Collections.enumeration(List.of(new ByteArrayInputStream(before()),
                bytes.newStream(), new ByteArrayInputStream(behind()))));
    }

    @Override
    public long getLength() {
        return before().length + length + behind().length;
    }

    @Override
    public String getType() {
        return "multipart/related; boundary=" + boundary;
    }

    @Override
    public boolean retrySupported() {
        return false;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        try (var all = open()) {
            all.transferTo(out);
        }
    }

    private byte[] before() {
        return ("--" + boundary + "\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n" + about + "\r\n--"
                + boundary + "\r\nContent-Type: application/octet-stream\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    }

    private byte[] behind() {
        return ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
    }
}
