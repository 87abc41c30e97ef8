/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.service;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;

/** The JSON by which a hub says what went wrong. */
public final class ErrorBody {

    private static final DateTimeFormatter TRACKING_TIME = DateTimeFormatter.ofPattern("MM/dd/yyyy HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter BODY_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private ErrorBody() {
    }

    /** The fields that all error bodies have. */
    public static ObjectNode of(final int number, final String message, final Instant now) {
        final ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("errorCode", number);
        body.put("trackingId", trackingId(now));
        body.put("message", message);
        body.put("timestampUtc", BODY_TIME.format(now));
        return body;
    }

    public static byte[] bytes(final int number, final String message, final Instant now) {
        return of(number, message, now).toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A new id by which support would find the request. */
    public static String trackingId(final Instant now) {
        return "%s-G:0-TimeStamp:%s".formatted(UUID.randomUUID().toString().replace("-", ""), TRACKING_TIME.format(now));
    }
}
