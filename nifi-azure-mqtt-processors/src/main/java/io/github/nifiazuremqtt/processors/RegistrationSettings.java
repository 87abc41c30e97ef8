/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceProvisioningService;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ShownText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.RecordSetWriterFactory;

/**
 * What the properties of RegisterWithDPS say.
 *
 * @param service             registers devices
 * @param registrationIds     registration id of a FlowFile
 * @param readerFactory       reads records, or null if each FlowFile is one device
 * @param writerFactory       writes records, or null
 * @param registrationIdField field of a record that holds the registration id, or null
 * @param payloadSource       where the payload comes from
 * @param payload             the property Payload, or null
 * @param registrationTimeout longest time for one registration
 */
record RegistrationSettings(DeviceProvisioningService service, PropertyValue registrationIds, RecordReaderFactory readerFactory,
                            RecordSetWriterFactory writerFactory, String registrationIdField, RegistrationPayload payloadSource, PropertyValue payload,
                            Duration registrationTimeout) {

    private static final byte[] NO_PAYLOAD = new byte[0];

    /** The service takes no larger request. */
    private static final int MAXIMUM_PAYLOAD = 96 * 1024;

    static RegistrationSettings of(final PropertyContext context) {
        final RecordReaderFactory readerFactory = context.getProperty(RegisterWithDPS.RECORD_READER).asControllerService(RecordReaderFactory.class);
        final boolean records = readerFactory != null;
        final RegistrationPayload source = context.getProperty(RegisterWithDPS.PAYLOAD_SOURCE).asAllowableValue(RegistrationPayload.class);
        return new RegistrationSettings(
                context.getProperty(RegisterWithDPS.PROVISIONING_SERVICE).asControllerService(DeviceProvisioningService.class),
                context.getProperty(RegisterWithDPS.REGISTRATION_ID),
                readerFactory,
                records ? context.getProperty(RegisterWithDPS.RECORD_WRITER).asControllerService(RecordSetWriterFactory.class) : null,
                records ? context.getProperty(RegisterWithDPS.REGISTRATION_ID_FIELD).getValue() : null,
                source,
                source == RegistrationPayload.PROPERTY ? context.getProperty(RegisterWithDPS.PAYLOAD) : null,
                Duration.ofNanos(context.getProperty(RegisterWithDPS.REGISTRATION_TIMEOUT).asTimePeriod(TimeUnit.NANOSECONDS)));
    }

    boolean isPayloadContent() {
        return payloadSource == RegistrationPayload.CONTENT;
    }

    /**
     * @return null if there is none
     * @throws IoTHubException {@link FailureCategory#INVALID_CONTENT} if it cannot be evaluated
     */
    String registrationId(final FlowFile flowFile) {
        return evaluate(RegisterWithDPS.REGISTRATION_ID, registrationIds, flowFile);
    }

    /**
     * @return payload for all devices of a FlowFile where it is not in the content
     * @throws IoTHubException {@link FailureCategory#INVALID_CONTENT} if it cannot be evaluated
     */
    byte[] propertyPayload(final FlowFile flowFile) {
        return payload == null ? NO_PAYLOAD : evaluate(RegisterWithDPS.PAYLOAD, payload, flowFile).getBytes(StandardCharsets.UTF_8);
    }

    private static String evaluate(final PropertyDescriptor property, final PropertyValue value, final FlowFile flowFile) {
        try {
            return value.evaluateAttributeExpressions(flowFile).getValue();
        } catch (final RuntimeException e) {
            // Expression Language fails with exceptions that are not part of the NiFi API.
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, "%s cannot be evaluated: %s".formatted(property.getName(), e.getMessage()), e);
        }
    }

    /**
     * @throws IoTHubException {@link FailureCategory#INVALID_CONTENT} if content of this size cannot be a payload
     */
    static void requirePayloadSize(final String registrationId, final long size) {
        if (size == 0 || size > MAXIMUM_PAYLOAD) {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT,
                    "Registration [%s]: the content has %,d bytes, a payload is a JSON object of at most %,d bytes"
                            .formatted(ShownText.value(registrationId), size, MAXIMUM_PAYLOAD));
        }
    }
}
