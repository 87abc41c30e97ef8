/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.emulator.service.JsonBody;
import io.github.nifiazuremqtt.emulator.service.MalformedJsonException;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a hub takes as a section of a twin, or as a patch of one. The documentation names sizes, keys and integers; that an array is one of the ten levels and
 * that nothing in it can be null, not even a property of an object in it, is in the rules that edgeHub has from IoT Hub (Azure/iotedge,
 * {@code ReportedPropertiesValidator}).
 */
final class TwinLimits {

    private static final int DEPTH = 10;
    private static final int KEY_BYTES = 1024;
    private static final int STRING_BYTES = 4096;
    private static final int NUMBER_SIZE = 8;
    private static final int BOOLEAN_SIZE = 4;
    private static final BigInteger SMALLEST = BigInteger.valueOf(-4503599627370496L);
    private static final BigInteger LARGEST = BigInteger.valueOf(4503599627370495L);

    private TwinLimits() {
    }

    /** Reads a patch and checks everything but the size of the section. */
    static ObjectNode read(final byte[] json) throws ServiceException {
        final JsonNode node;
        try {
            node = JsonBody.read(json);
        } catch (final MalformedJsonException e) {
            throw new ServiceException(ServiceError.ARGUMENT_INVALID, "The body is not valid JSON: %s.".formatted(e.getMessage()));
        }

        if (!(node instanceof final ObjectNode patch)) {
            throw new ServiceException(ServiceError.ARGUMENT_INVALID, "The body must be a JSON object.");
        }

        check(patch);
        return patch;
    }

    static void check(final ObjectNode section) throws ServiceException {
        checkObject(section, 0, false, "");
    }

    /** The size of a section: UTF-8 bytes of keys and texts without control characters, 8 for a number, 4 for a boolean. */
    static int size(final JsonNode node) {
        int size = 0;
        if (node.isObject()) {
            for (final Map.Entry<String, JsonNode> property : node.properties()) {
                size += textSize(property.getKey()) + size(property.getValue());
            }
        } else if (node.isArray()) {
            for (final JsonNode element : node) {
                size += size(element);
            }
        } else if (node.isTextual()) {
            size = textSize(node.textValue());
        } else if (node.isNumber()) {
            size = NUMBER_SIZE;
        } else if (node.isBoolean()) {
            size = BOOLEAN_SIZE;
        }

        return size;
    }

    private static void checkObject(final ObjectNode object, final int depth, final boolean inArray, final String path) throws ServiceException {
        checkDepth(depth, path);
        for (final Map.Entry<String, JsonNode> property : object.properties()) {
            final String place = path.isEmpty() ? property.getKey() : path + "." + property.getKey();
            checkKey(property.getKey(), place);
            checkValue(property.getValue(), depth + 1, inArray, place);
        }
    }

    private static void checkDepth(final int depth, final String path) throws ServiceException {
        if (depth > DEPTH) {
            throw invalid(path, "is nested deeper than %d levels".formatted(DEPTH));
        }
    }

    private static void checkKey(final String key, final String place) throws ServiceException {
        if (key.getBytes(StandardCharsets.UTF_8).length > KEY_BYTES) {
            throw invalid(place.substring(0, Math.min(place.length(), 64)), "has a key of more than %d bytes".formatted(KEY_BYTES));
        }

        if (key.chars().anyMatch(character -> character == '.' || character == '$' || character == ' ' || Character.isISOControl(character))) {
            throw invalid(place, "has a key with '.', '$', a space or a control character");
        }
    }

    private static void checkValue(final JsonNode value, final int depth, final boolean inArray, final String place) throws ServiceException {
        if (value instanceof final ObjectNode nested) {
            checkObject(nested, depth, inArray, place);
        } else if (value.isArray()) {
            checkDepth(depth, place);
            for (int index = 0; index < value.size(); index++) {
                checkValue(value.get(index), depth + 1, true, "%s[%d]".formatted(place, index));
            }
        } else if (value.isNull() && inArray) {
            throw invalid(place, "is null, which nothing in an array can be");
        } else if (value.isTextual() && value.textValue().getBytes(StandardCharsets.UTF_8).length > STRING_BYTES) {
            throw invalid(place, "is a string of more than %d bytes".formatted(STRING_BYTES));
        } else if (value.isIntegralNumber() && (value.bigIntegerValue().compareTo(SMALLEST) < 0 || value.bigIntegerValue().compareTo(LARGEST) > 0)) {
            throw invalid(place, "is an integer outside %d to %d".formatted(SMALLEST, LARGEST));
        } else if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
            throw invalid(place, "is too large a number");
        }
    }

    private static int textSize(final String text) {
        return text.codePoints()
                .filter(character -> !Character.isISOControl(character))
                .map(character -> character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4)
                .sum();
    }

    private static ServiceException invalid(final String place, final String what) {
        return new ServiceException(ServiceError.ARGUMENT_INVALID, "The property '%s' %s.".formatted(place, what));
    }
}
