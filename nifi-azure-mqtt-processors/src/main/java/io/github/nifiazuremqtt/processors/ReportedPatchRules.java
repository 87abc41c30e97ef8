/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What IoT Hub takes as a patch of the reported properties ("Understand and use device twins in IoT Hub", section format; for arrays the rules that edgeHub has
 * from IoT Hub, {@code ReportedPropertiesValidator} in Azure/iotedge). The hub answers a fault with a status and few words; here the key is named.
 */
final class ReportedPatchRules {

    private static final int MAXIMUM_DEPTH = 10;

    private static final int MAXIMUM_KEY_SIZE = 1024;

    private static final int MAXIMUM_TEXT_SIZE = 4096;

    private static final int MAXIMUM_SECTION_SIZE = 32 * 1024;

    private static final int NUMBER_SIZE = 8;

    private static final int BOOLEAN_SIZE = 4;

    private static final BigInteger SMALLEST_INTEGER = BigInteger.valueOf(-4503599627370496L);

    private static final BigInteger LARGEST_INTEGER = BigInteger.valueOf(4503599627370495L);

    private ReportedPatchRules() {
    }

    /**
     * @throws IoTHubException {@link FailureCategory#INVALID_CONTENT} naming the key and what is wrong with it
     */
    static void check(final ObjectNode patch) {
        if (patch.has("$version")) {
            throw invalid("$version", "cannot be reported: see Expected Version, and Content Strategy for what is to be acknowledged");
        }

        final int size = checkObject(patch, "", 0, false);
        if (size > MAXIMUM_SECTION_SIZE) {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT,
                    "The patch has %d bytes as IoT Hub counts them, the reported properties can have %d".formatted(size, MAXIMUM_SECTION_SIZE));
        }
    }

    private static int checkObject(final ObjectNode object, final String path, final int depth, final boolean inArray) {
        checkDepth(path, depth);
        int size = 0;
        for (final Map.Entry<String, JsonNode> property : object.properties()) {
            final String key = property.getKey();
            final String place = path.isEmpty() ? key : path + "." + key;
            checkKey(key, place);
            final int valueSize = checkValue(property.getValue(), place, depth + 1, inArray);
            // What is removed takes no room.
            size += property.getValue().isNull() ? 0 : countText(key) + valueSize;
        }
        return size;
    }

    private static void checkDepth(final String path, final int depth) {
        if (depth > MAXIMUM_DEPTH) {
            throw invalid(path, "is nested deeper than %d levels".formatted(MAXIMUM_DEPTH));
        }
    }

    private static void checkKey(final String key, final String place) {
        final int length = key.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAXIMUM_KEY_SIZE) {
            throw invalid(place.substring(0, Math.min(64, place.length())) + "...",
                    "has a key of %d bytes, %d are allowed".formatted(length, MAXIMUM_KEY_SIZE));
        }
        if (key.chars().anyMatch(character -> character == '.' || character == '$' || character == ' ' || Character.isISOControl(character))) {
            throw invalid(place, "has a key with a dot, a dollar sign, a space or a control character");
        }
    }

    /** There is no UTF-8 for half a character, which an escape can hold. */
    private static void checkCharacters(final String text, final String place) {
        if (text.codePoints().anyMatch(character -> Character.getType(character) == Character.SURROGATE)) {
            throw invalid(place, "has an escape for half of a character, \\uD800 to \\uDFFF, without the other half");
        }
    }

    private static int checkValue(final JsonNode value, final String place, final int depth, final boolean inArray) {
        if (value instanceof ObjectNode object) {
            return checkObject(object, place, depth, inArray);
        }
        if (value.isArray()) {
            checkDepth(place, depth);
            int size = 0;
            for (int index = 0; index < value.size(); index++) {
                size += checkValue(value.get(index), "%s[%d]".formatted(place, index), depth + 1, true);
            }
            return size;
        }
        if (value.isTextual()) {
            return checkText(value.textValue(), place);
        }
        if (value.isNull() && inArray) {
            throw invalid(place, "is null, and nothing in an array of a twin can be null, not even a property of an object in it");
        }
        return checkNumber(value, place);
    }

    private static int checkText(final String text, final String place) {
        final int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAXIMUM_TEXT_SIZE) {
            throw invalid(place, "is a text of %d bytes, %d are allowed".formatted(length, MAXIMUM_TEXT_SIZE));
        }
        checkCharacters(text, place);
        return countText(text);
    }

    private static int checkNumber(final JsonNode value, final String place) {
        if (value.isIntegralNumber() && (value.bigIntegerValue().compareTo(SMALLEST_INTEGER) < 0 || value.bigIntegerValue().compareTo(LARGEST_INTEGER) > 0)) {
            throw invalid(place, "is an integer outside %d to %d".formatted(SMALLEST_INTEGER, LARGEST_INTEGER));
        }
        if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
            throw invalid(place, "is a number beyond 1.8e308, the largest that a twin can hold");
        }
        return value.isNumber() ? NUMBER_SIZE : value.isBoolean() ? BOOLEAN_SIZE : 0;
    }

    /** Control characters are not counted. */
    private static int countText(final String text) {
        return text.codePoints()
                .filter(character -> !Character.isISOControl(character))
                .map(character -> character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4)
                .sum();
    }

    private static IoTHubException invalid(final String place, final String what) {
        return new IoTHubException(FailureCategory.INVALID_CONTENT, "[%s] %s".formatted(place, what));
    }
}
