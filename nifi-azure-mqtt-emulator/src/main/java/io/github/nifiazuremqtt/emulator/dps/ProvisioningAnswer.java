/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * An answer to a device.
 *
 * @param status status in the topic
 * @param retryAfterSeconds advice in the topic, negative for none
 * @param body fields of the JSON body
 */
record ProvisioningAnswer(int status, int retryAfterSeconds, Map<String, Object> body) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int NO_ADVICE = -1;

    static ProvisioningAnswer assigning(final String operationId, final String registrationId, final boolean polled, final int retryAfterSeconds) {
        final Map<String, Object> body = new LinkedHashMap<>();
        body.put("operationId", operationId);
        body.put("status", "assigning");
        if (polled) {
            body.put("registrationState", Map.of("registrationId", registrationId, "status", "assigning"));
        }

        return new ProvisioningAnswer(202, retryAfterSeconds, body);
    }

    /** The outcome; all outcomes have status 200, also those that are failures. The connection profile is for clients that know of it. */
    static ProvisioningAnswer outcome(final String operationId, final Registration registration, final String assignedHub, final boolean profile) {
        final Map<String, Object> state = new LinkedHashMap<>();
        state.put(registration.attestation(), Map.of());
        state.put("registrationId", registration.registrationId());
        state.put("createdDateTimeUtc", TIME.format(registration.created()));
        if (registration.isAssigned()) {
            state.put("assignedHub", assignedHub);
            state.put("deviceId", registration.deviceId());
        }

        state.put("status", registration.status());
        if (registration.isAssigned()) {
            state.put("substatus", registration.substatus());
        }

        if (registration.errorCode() != 0) {
            state.put("errorCode", registration.errorCode());
            state.put("errorMessage", registration.errorMessage());
        }

        state.put("lastUpdatedDateTimeUtc", TIME.format(registration.updated()));
        final String etag = "\"%04x\"".formatted(registration.version());
        state.put("etag", Base64.getEncoder().encodeToString(etag.getBytes(StandardCharsets.US_ASCII)));
        if (registration.payload() != null) {
            state.put("payload", registration.payload());
        }

        if (profile && registration.isAssigned() && !registration.connectionProfile().isEmpty()) {
            state.put("connectionProfile", registration.connectionProfile());
        }

        final Map<String, Object> body = new LinkedHashMap<>();
        body.put("operationId", operationId);
        body.put("status", registration.status());
        body.put("registrationState", state);
        return new ProvisioningAnswer(200, NO_ADVICE, body);
    }

    static ProvisioningAnswer error(final int status, final int errorCode, final String message, final int retryAfterSeconds, final Instant now) {
        final Map<String, Object> body = new LinkedHashMap<>();
        body.put("errorCode", errorCode);
        body.put("trackingId", UUID.randomUUID().toString());
        body.put("message", message);
        body.put("timestampUtc", TIME.format(now));
        return new ProvisioningAnswer(status, retryAfterSeconds == 0 ? NO_ADVICE : retryAfterSeconds, body);
    }

    String topic(final String requestId) {
        final String advice = retryAfterSeconds < 0 ? "" : "&retry-after=" + retryAfterSeconds;
        return "$dps/registrations/res/%d/?$rid=%s%s".formatted(status, requestId, advice);
    }
}
