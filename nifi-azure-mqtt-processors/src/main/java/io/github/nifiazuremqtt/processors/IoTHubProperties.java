/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.expression.ExpressionLanguageScope;

/**
 * Property descriptors that several processors share.
 */
final class IoTHubProperties {

    static final PropertyDescriptor CONNECTION_SERVICE = new PropertyDescriptor.Builder()
            .name("IoT Hub Connection Service")
            .description("Holds the one connection of each device and makes client identifier, user name, token and topics")
            .identifiesControllerService(IoTHubConnectionService.class)
            .required(true)
            .build();

    static final PropertyDescriptor DEVICE_ID = new PropertyDescriptor.Builder()
            .name("Device ID")
            .description("""
                    Device to speak as. Not set: the device that the credentials name, as a connection string does. \
                    An expression such as ${iothub.device.id} lets one processor speak for many devices.""")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(IoTHubProperties::validateId)
            .build();

    static final PropertyDescriptor MODULE_ID = new PropertyDescriptor.Builder()
            .name("Module ID")
            .description("Module of the device to speak as. Not set or empty: the device itself.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(IoTHubProperties::validateId)
            .build();

    private IoTHubProperties() {
    }

    private static ValidationResult validateId(final String subject, final String input, final ValidationContext context) {
        final String fault = context.isExpressionLanguagePresent(input) ? null : IdentityExpression.findFault(input);
        return new ValidationResult.Builder().subject(subject).input(input).valid(fault == null).explanation(fault == null ? "" : "it " + fault).build();
    }
}
