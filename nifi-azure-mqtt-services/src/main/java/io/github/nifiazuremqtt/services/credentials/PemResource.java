/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * PEM text, given as it is or read from a file.
 *
 * @param origin where it comes from, as the beginning of a sentence; never the text
 * @param text   text: perhaps a secret
 */
record PemResource(String origin, String text) {

    private static final String BEGIN = "-----BEGIN ";

    private static final int MAXIMUM_SIZE = 1_048_576;

    /**
     * @param subject what it is, for example "Certificate"
     * @param value   PEM text, or the path of a file
     */
    static PemResource read(final String subject, final String value) {
        if (isText(value)) {
            return new PemResource("%s text".formatted(subject), value);
        }

        try {
            final Path path = Path.of(value.strip());
            final String origin = "%s file [%s]".formatted(subject, path);
            if (Files.size(path) > MAXIMUM_SIZE) {
                throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s is larger than 1 MB: is it the right file?".formatted(origin));
            }

            return new PemResource(origin, Files.readString(path, StandardCharsets.ISO_8859_1));
        } catch (final InvalidPathException e) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s is neither PEM text nor the path of a file".formatted(subject));
        } catch (final NoSuchFileException e) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s file [%s] does not exist on this node".formatted(subject, value.strip()));
        } catch (final IOException e) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION,
                    "%s file [%s] cannot be read: may the user that NiFi runs as read it?".formatted(subject, value.strip()), e);
        }
    }

    static boolean isText(final String value) {
        return value.contains(BEGIN);
    }

    @Override
    public String toString() {
        return origin;
    }
}
