/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

import io.github.nifiazuremqtt.emulator.certificate.CertificateAuthority;
import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.github.nifiazuremqtt.emulator.certificate.KeyFiles;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the files of a hierarchy lie: one directory for each authority, device and module, with the same file names in each.
 *
 * @param path the directory
 * @param replace whether files that exist may be replaced
 */
record CertificateDirectory(Path path, boolean replace) {

    static final String CERTIFICATE = "certificate.pem";
    static final String CHAIN = "chain.pem";
    static final String PRIVATE_KEY = "private-key.pem";
    static final String SIGNING_REQUEST = "request.pem";
    static final String KEY_STORE = "key-store.p12";

    Path authority(final AuthorityName name) {
        return path.resolve(name.name());
    }

    Path device(final String deviceId) {
        return path.resolve("devices").resolve(fileName(deviceId));
    }

    Path module(final String deviceId, final String moduleId) {
        return device(deviceId).resolve("modules").resolve(fileName(moduleId));
    }

    /** The directory of a device or, for {@code device/module}, of a module. */
    Path identity(final String commonName) {
        final int slash = commonName.indexOf('/');
        return slash < 0 ? device(commonName) : module(commonName.substring(0, slash), commonName.substring(slash + 1));
    }

    boolean hasAuthority(final AuthorityName name) {
        return Files.exists(authority(name).resolve(PRIVATE_KEY));
    }

    CertificateAuthority readAuthority(final AuthorityName name, final char[] password) throws IOException {
        final Path directory = authority(name);
        try {
            return new CertificateAuthority(new CertifiedKey(
                    Pem.readPrivateKey(Files.readString(directory.resolve(PRIVATE_KEY)), password),
                    Pem.readCertificates(Files.readString(directory.resolve(CHAIN)))));
        } catch (final NoSuchFileException e) {
            throw new IOException("There is no %s authority in [%s]: make one with './run certificates %1$s'".formatted(name, path), e);
        }
    }

    /** Refuses to go on if one of the files exists and may not be replaced. */
    void requireFree(final Path directory, final List<String> names) throws IOException {
        for (final String name : names) {
            final Path file = directory.resolve(name);
            if (!replace && Files.exists(file)) {
                throw new FileAlreadyExistsException("[%s] exists and is not overwritten; --replace makes a new one in its place".formatted(file));
            }
        }
        Files.createDirectories(directory);
    }

    void writeReadable(final Path file, final String content) throws IOException {
        KeyFiles.writeReadable(file, content);
    }

    void writeSecret(final Path file, final byte[] content) throws IOException {
        KeyFiles.writeSecret(file, content);
    }

    /** Ids may hold characters that file names may not; what is unusual is written as percent and two digits for each byte. */
    private static String fileName(final String id) {
        final StringBuilder name = new StringBuilder();
        for (final byte octet : id.getBytes(StandardCharsets.UTF_8)) {
            final char character = (char) (octet & 0xff);
            // a leading dot would hide the directory, or leave it
            final boolean usual = character < 0x80 && (Character.isLetterOrDigit(character) || "-_=@".indexOf(character) >= 0)
                    || character == '.' && !name.isEmpty();
            name.append(usual ? String.valueOf(character) : "%%%02X".formatted(octet));
        }
        return name.toString();
    }
}
