/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes files of keys, which only their owner may read, and of certificates. A reader sees the old file or the new one, whole. */
public final class KeyFiles {

    private static final FileAttribute<?> OWNER_ONLY = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> READABLE = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

    private KeyFiles() {
    }

    public static void writeReadable(final Path file, final String content) throws IOException {
        write(file, content.getBytes(StandardCharsets.US_ASCII), READABLE);
    }

    public static void writeSecret(final Path file, final byte[] content) throws IOException {
        write(file, content, OWNER_ONLY);
    }

    private static void write(final Path file, final byte[] content, final FileAttribute<?> permissions) throws IOException {
        // never with wider permissions, not even for a moment
        final Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), ".", ".new", permissions);
        Files.write(fresh, content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
