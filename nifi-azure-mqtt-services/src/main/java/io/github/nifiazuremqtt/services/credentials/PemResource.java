/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.SecretForm;
import io.github.nifiazuremqtt.services.protocol.PastedText;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * PEM text, given as it is or read from a file.
 *
 * @param origin   where it comes from, as the beginning of a sentence; never the text, and of a secret property not the path either, which may be no path
 * @param fromFile true if it was read from a file
 * @param blocks   what it holds: perhaps a secret
 */
record PemResource(String origin, boolean fromFile, List<PemBlock> blocks) {

    private static final int MAXIMUM_SIZE = 1_048_576;

    /** The content of a certificate or key begins with this; so short is no path that begins alike and has no dot in it. */
    private static final Pattern BASE64 = Pattern.compile("M[A-Za-z0-9+/]{39,}={0,2}");

    /**
     * @param property the property
     * @param value    PEM text, or the path of a file
     */
    static PemResource read(final PemProperty property, final String value) {
        if (isText(value)) {
            return ofText(property, value);
        }

        final Path path = findFile(property, value);
        final String origin = property.describeFile(path);
        try {
            if (Files.size(path) > MAXIMUM_SIZE) {
                throw refusal("%s is larger than 1 MB: is it the right file?", origin);
            }

            return new PemResource(origin, true, PemText.parse(origin, PemFile.decode(origin, Files.readAllBytes(path))));
        } catch (final AccessDeniedException e) {
            throw unreadable(origin);
        } catch (final IOException e) {
            // The cause is left out: its text is the path.
            throw refusal("%s cannot be read (%s)", origin, e.getClass().getSimpleName());
        }
    }

    /**
     * Looks at text, and of a file only whether it is there, which costs no more than asking the file system once.
     *
     * @return the resource if it is text, otherwise null
     */
    static PemResource examine(final PemProperty property, final String value) {
        if (isText(value)) {
            return ofText(property, value);
        }

        final Path path = findFile(property, value);
        if (!Files.isReadable(path)) {
            throw unreadable(property.describeFile(path));
        }
        return null;
    }

    private static PemResource ofText(final PemProperty property, final String value) {
        final String origin = "%s text".formatted(property.getName());
        return new PemResource(origin, false, PemText.parse(origin, value));
    }

    private static boolean isText(final String value) {
        return value.contains("-----");
    }

    private static Path findFile(final PemProperty property, final String value) {
        if (value.isBlank()) {
            throw refusal("%s is empty", property.getName());
        }

        try {
            final Path path = Path.of(value.strip());
            if (Files.isRegularFile(path)) {
                return path;
            }
            if (describeForm(value).isEmpty() && property.isShown()) {
                throw Files.exists(path) ? refusal("%s is a directory: name the file", property.describeFile(path))
                        : refusal("%s does not exist on this node", property.describeFile(path));
            }
        } catch (final InvalidPathException e) {
            // Told below; its text is what was given.
        }

        throw refusal("%s (%,d characters%s) is neither PEM text nor the path of a file that exists on this node: paste the text whole, from its BEGIN line to "
                + "its END line, or name the file", property.getName(), value.length(), describeForm(value));
    }

    /**
     * @return what was given in place of PEM text or a path, as far as it can be told
     */
    private static String describeForm(final String value) {
        if (BASE64.matcher(PastedText.compact(value)).matches()) {
            return ", looks like base64 without its BEGIN line";
        }

        return SecretForm.findWholeOrPart(value).map(form -> ", looks like " + form.getDescription())
                .orElse(value.strip().lines().count() > 1 ? ", has several lines" : "");
    }

    private static IoTHubException unreadable(final String origin) {
        return refusal("%s may not be read by the user that NiFi runs as: allow it", origin);
    }

    private static IoTHubException refusal(final String text, final Object... arguments) {
        return new IoTHubException(FailureCategory.INVALID_CONFIGURATION, text.formatted(arguments));
    }

    @Override
    public String toString() {
        return origin;
    }
}
