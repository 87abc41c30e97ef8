/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ProvisioningRequest;
import io.github.nifiazuremqtt.services.protocol.IdentityRules;
import io.github.nifiazuremqtt.services.protocol.JsonRules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Body of the register request (contract section 8.3), and the checks of what goes into it.
 */
final class RegistrationBody {

    private static final int MAXIMUM_SIZE = 96 * 1024;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private RegistrationBody() {
    }

    /**
     * @throws IoTHubException {@link FailureCategory#INVALID_CONTENT} if the service would refuse the request whatever happens
     */
    static byte[] encode(final ProvisioningRequest request) {
        final String registrationId = request.registrationId();
        IdentityRules.findRegistrationProblem(registrationId).ifPresent(problem -> {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, problem);
        });
        requireObject(registrationId, request.payload());
        final byte[] body = write(registrationId, request.payload());
        if (body.length > MAXIMUM_SIZE) {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, "Payload for registration [%s] is too large: the request has %,d bytes, %,d are allowed"
                    .formatted(registrationId, body.length, MAXIMUM_SIZE));
        }
        return body;
    }

    private static void requireObject(final String registrationId, final byte[] payload) {
        if (payload.length > 0) {
            JsonRules.findObjectProblem(payload).ifPresent(problem -> {
                throw new IoTHubException(FailureCategory.INVALID_CONTENT, "Payload for registration [%s] %s".formatted(registrationId, problem));
            });
        }
    }

    private static byte[] write(final String registrationId, final byte[] payload) {
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator generator = MAPPER.createGenerator(body)) {
            generator.writeStartObject();
            generator.writeStringField("registrationId", registrationId);
            if (payload.length > 0) {
                generator.writeFieldName("payload");
                // As it came: numbers keep their digits.
                generator.writeRawValue(new String(payload, StandardCharsets.UTF_8));
            }
            generator.writeEndObject();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return body.toByteArray();
    }
}
