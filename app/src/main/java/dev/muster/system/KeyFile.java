// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.disk.OwnerOnly;
import dev.muster.vault.key.KeySource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Gets the key of a repository from where its address says, and makes key files. */
public final class KeyFile {

    private static final int SECRET_BYTES_MAX = 4096;

    private KeyFile() {}

    /**
     * The key of this repository. The caller closes it.
     *
     * @throws ConfigurationFault.Secret if it is not there, is not a key, or others may read its file
     */
    public static KeySource keyOf(RepositoryAddress address, Map<String, String> environment) {
        if (address.keyVariable().isPresent()) {
            String name = address.keyVariable().get();
            String digits = environment.get(name);
            if (digits == null) {
                throw new ConfigurationFault.Secret("The environment has no such variable", name);
            }
            return hex(digits.strip().toCharArray(), name);
        }
        if (address.keyFile().isPresent()) {
            Path file = address.keyFile().get();
            return hex(firstLine(file), file.toString());
        }
        Path file = address.passphraseFile().orElseThrow(
                () -> new ConfigurationFault.Secret("No key is named for this repository", address.url()));
        return KeySource.passphrase(firstLine(file));
    }

    /**
     * Makes a key file of 32 random bytes, which only its owner may read, durably.
     *
     * @throws ConfigurationFault.Secret if the file exists or cannot be made: nothing is overwritten
     */
    public static void create(Path file, SecureRandom random) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        try {
            create(file, (HexFormat.of().formatHex(key) + "\n").getBytes(StandardCharsets.US_ASCII), random);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /**
     * Makes a file with a passphrase, which only its owner may read, durably.
     *
     * @param passphrase one line, not empty; left as it is
     * @param random names the draft
     * @throws ConfigurationFault.Secret if the file exists or cannot be made, or the passphrase is none
     */
    public static void create(Path file, char[] passphrase, SecureRandom random) {
        CharBuffer line = CharBuffer.allocate(passphrase.length + 1).put(passphrase).put('\n').flip();
        if (passphrase.length == 0 || line.chars().limit(passphrase.length).anyMatch(KeyFile::endsLine)) {
            throw new ConfigurationFault.Secret("A passphrase is one line that is not empty", file.toString());
        }
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(line);
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        encoded.clear().put(new byte[encoded.capacity()]);
        Arrays.fill(line.array(), '\0');
        if (bytes.length > SECRET_BYTES_MAX) {
            throw new ConfigurationFault.Secret("A passphrase takes at most " + SECRET_BYTES_MAX + " bytes",
                    file.toString());
        }
        create(file, bytes, random);
    }

    private static void create(Path file, byte[] line, SecureRandom random) {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a key file is in a directory");
        try {
            OwnerOnly.makeDirectories(directory);
            // Written whole under another name first: a crash never leaves a key file without its key.
            Path draft = directory.resolve("." + file.getFileName() + "." + Long.toHexString(random.nextLong()));
            try (FileChannel channel = OwnerOnly.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(line));
                channel.force(true);
                Files.createLink(file, draft);
            } finally {
                Files.deleteIfExists(draft);
            }
            forceDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            throw new ConfigurationFault.Secret("The key file exists already and is not overwritten", file.toString());
        } catch (IOException e) {
            throw new ConfigurationFault.Secret("The key file cannot be made: " + e, file.toString());
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }

    private static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static KeySource hex(char[] digits, String place) {
        if (digits.length != 64 || !CharBuffer.wrap(digits).chars().allMatch(HexFormat::isHexDigit)) {
            Arrays.fill(digits, '\0');
            throw new ConfigurationFault.Secret("This is not a key of 64 hex digits", place);
        }
        try {
            return KeySource.hex(digits);
        } finally {
            Arrays.fill(digits, '\0');
        }
    }

    private static char[] firstLine(Path file) {
        try {
            requirePrivate(file);
            if (Files.size(file) > SECRET_BYTES_MAX) {
                throw new ConfigurationFault.Secret("A file of this size holds no key", file.toString());
            }
            byte[] bytes = Files.readAllBytes(file);
            char[] text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes)).toString().toCharArray();
            Arrays.fill(bytes, (byte) 0);
            int end = 0;
            while (end < text.length && !endsLine(text[end])) {
                end++;
            }
            char[] line = Arrays.copyOf(text, end);
            Arrays.fill(text, '\0');
            if (line.length == 0) {
                throw new ConfigurationFault.Secret("The file's first line is empty", file.toString());
            }
            return line;
        } catch (NoSuchFileException e) {
            throw new ConfigurationFault.Secret("There is no such file", file.toString());
        } catch (IOException e) {
            throw new ConfigurationFault.Secret("The file cannot be read: " + e, file.toString());
        }
    }

    private static boolean endsLine(int character) {
        return character == '\n' || character == '\r';
    }

    private static void requirePrivate(Path file) throws IOException {
        Set<PosixFilePermission> others = new HashSet<>(Files.getPosixFilePermissions(file));
        others.removeIf(permission -> permission.name().startsWith("OWNER"));
        if (!others.isEmpty()) {
            throw new ConfigurationFault.Secret("Others than its owner may use this file", file.toString());
        }
    }
}
