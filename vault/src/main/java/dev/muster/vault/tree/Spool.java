// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.disk.OwnerOnly;
import dev.muster.vault.object.VaultFault;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.CRC32C;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.CipherOutputStream;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Records that are written once and read once, in a file that has no name and a key that nobody knows: what is left of it
 * when the process ends is nothing. Not thread-safe.
 */
final class Spool implements Iterator<byte[]>, AutoCloseable {

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int KEY_BYTES = 32;
    private static final int BLOCK_BYTES = 16;

    private final Path directory;
    private final FileChannel file;
    private final SecretKeySpec key;
    private final DataOutputStream out;
    private @Nullable DataInputStream in;
    private byte @Nullable [] next;

    /** @param directory where the file is made */
    Spool(Path directory, SecureRandom random) {
        this.directory = directory;
        byte[] secret = new byte[KEY_BYTES];
        random.nextBytes(secret);
        this.key = new SecretKeySpec(secret, "AES");
        try {
            OwnerOnly.makeDirectories(directory);
            Path path = Files.createTempFile(directory, "spool-", null);
            this.file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw unusable(e);
        }
        this.out = new DataOutputStream(new BufferedOutputStream(
                new CipherOutputStream(Channels.newOutputStream(file), cipher(Cipher.ENCRYPT_MODE)), BUFFER_BYTES));
    }

    void write(byte[] record) {
        try {
            out.writeInt(record.length);
            out.writeInt(crc(record));
            out.write(record);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Ends the writing: from now on this hands out the records in their order. */
    Spool rewind() {
        try {
            out.flush();
            file.position(0);
            in = new DataInputStream(new BufferedInputStream(
                    new CipherInputStream(Channels.newInputStream(file), cipher(Cipher.DECRYPT_MODE)), BUFFER_BYTES));
            next = read(in);
            return this;
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    /** The record that {@link #next} will return. */
    byte[] peek() {
        if (next == null) {
            throw new NoSuchElementException();
        }
        return next;
    }

    @Override
    public byte[] next() {
        byte[] record = peek();
        try {
            next = in == null ? null : read(in);
        } catch (IOException e) {
            throw unusable(e);
        }
        return record;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private static byte @Nullable [] read(DataInputStream in) throws IOException {
        int length;
        try {
            length = in.readInt();
        } catch (EOFException _) {
            return null;
        }
        int expected = in.readInt();
        byte[] record = in.readNBytes(length);
        if (record.length != length || crc(record) != expected) {
            throw new IOException("what was spooled comes back otherwise");
        }
        return record;
    }

    private Cipher cipher(int mode) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(mode, key, new IvParameterSpec(new byte[BLOCK_BYTES]));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has AES", e);
        }
    }

    private static int crc(byte[] record) {
        CRC32C crc = new CRC32C();
        crc.update(record);
        return (int) crc.getValue();
    }

    private VaultFault.StateUnusable unusable(IOException e) {
        return new VaultFault.StateUnusable("a temporary file", directory.toString(), e);
    }
}
