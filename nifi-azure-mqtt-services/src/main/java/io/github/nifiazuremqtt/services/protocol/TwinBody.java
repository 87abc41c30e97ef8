/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;

/**
 * The answer to a request for the whole twin (contract section 5.1): {@code {"desired":{..,"$version":1},"reported":{..,"$version":1}}}. Sections are kept
 * byte for byte: a number stays as it was written.
 *
 * @param desired         desired section
 * @param desiredVersion  its version
 * @param reportedVersion version of the reported section
 */
public record TwinBody(byte[] desired, long desiredVersion, long reportedVersion) {

    private static final JsonFactory FACTORY = new JsonFactory();

    private static final byte[] NOTHING = {'{', '}'};

    /**
     * @throws WireFormatException if the text is not that of a twin
     */
    public static TwinBody parse(final byte[] json) {
        byte[] desired = NOTHING;
        long desiredVersion = 0;
        long reportedVersion = 0;
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new WireFormatException("A twin is a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                final String name = parser.currentName();
                parser.nextToken();
                final int begin = (int) parser.currentTokenLocation().getByteOffset();
                final long version = readVersion(parser);
                if ("desired".equals(name)) {
                    desired = Arrays.copyOfRange(json, begin, (int) parser.currentLocation().getByteOffset());
                    desiredVersion = version;
                } else if ("reported".equals(name)) {
                    reportedVersion = version;
                }
            }
        } catch (final IOException e) {
            throw new WireFormatException("The answer of the hub is no twin" + JsonRules.describePlace(e));
        }
        return new TwinBody(desired, desiredVersion, reportedVersion);
    }

    /** Reads the section to its end. */
    private static long readVersion(final JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return 0;
        }

        long version = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            final boolean isVersion = "$version".equals(parser.currentName());
            if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT && isVersion) {
                version = parser.getLongValue();
            } else {
                parser.skipChildren();
            }
        }
        return version;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof TwinBody body && Arrays.equals(desired, body.desired) && desiredVersion == body.desiredVersion
                && reportedVersion == body.reportedVersion;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(desired);
    }

    @Override
    public String toString() {
        return "TwinBody[desiredVersion=%d, reportedVersion=%d]".formatted(desiredVersion, reportedVersion);
    }
}
