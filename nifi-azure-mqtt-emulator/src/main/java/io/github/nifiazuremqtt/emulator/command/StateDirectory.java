/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.certificate.CertificateAuthority;
import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.github.nifiazuremqtt.emulator.certificate.KeyFiles;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.tls.TestAuthority;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;

/** What an emulator keeps from one start to the next, so that its clients need nothing new: its authority and the keys that it has made up. */
final class StateDirectory {

    private static final String CERTIFICATE = "ca.pem";
    private static final String PRIVATE_KEY = "ca-key.pem";
    private static final String KEYS = "keys.json";
    private static final String LOCK = ".lock";
    /** An authority that ends sooner is replaced. */
    private static final Duration REMAINING_LIFE = Duration.ofDays(30);

    private final Path path;
    private final ObjectMapper mapper = new ObjectMapper();

    StateDirectory(final Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    Path path() {
        return path;
    }

    /** The file with the certificate that clients have to trust. */
    Path caFile() {
        return path.resolve(CERTIFICATE);
    }

    /** The authority of the last start, or a new one. */
    CertificateAuthority authority() throws IOException {
        Files.createDirectories(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE); FileLock turn = channel.lock()) {
            if (Files.exists(path.resolve(PRIVATE_KEY)) && Files.exists(caFile())) {
                final CertificateAuthority kept = readAuthority();
                if (kept.certificate().getNotAfter().toInstant().isAfter(Instant.now().plus(REMAINING_LIFE))) {
                    return kept;
                }
            }

            final CertificateAuthority fresh = TestAuthority.newRoot();
            KeyFiles.writeSecret(path.resolve(PRIVATE_KEY), Pem.privateKey(fresh.identity().privateKey(), new char[0]).getBytes(
                    StandardCharsets.US_ASCII));
            KeyFiles.writeReadable(caFile(), Pem.certificates(fresh.identity().chain()));
            return fresh;
        }
    }

    /** The keys of earlier starts, to which others are added. */
    KeptKeys keys() throws IOException {
        try {
            return new KeptKeys(Files.exists(path.resolve(KEYS))
                    ? mapper.readValue(Files.readAllBytes(path.resolve(KEYS)), new TypeReference<TreeMap<String, String>>() { }) : new TreeMap<>());
        } catch (final JsonProcessingException e) {
            throw new IOException("[%s] cannot be read as JSON: remove it to have new keys made".formatted(path.resolve(KEYS)), e);
        }
    }

    void write(final KeptKeys keys) throws IOException {
        KeyFiles.writeSecret(path.resolve(KEYS), mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(keys.all()));
    }

    private CertificateAuthority readAuthority() throws IOException {
        try {
            return new CertificateAuthority(new CertifiedKey(
                    Pem.readPrivateKey(Files.readString(path.resolve(PRIVATE_KEY)), new char[0]), Pem.readCertificates(Files.readString(caFile()))));
        } catch (final IOException | IllegalArgumentException e) {
            throw new IOException("The authority in [%s] cannot be read: remove %s and %s to have a new one made".formatted(path, CERTIFICATE, PRIVATE_KEY), e);
        }
    }
}
