/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.SecretFreeValidator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.controller.NodeTypeProvider;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.util.StandardValidators;

/**
 * Property descriptors that several processors share.
 */
final class IoTHubProperties {

    static final PropertyDescriptor CONNECTION_SERVICE = new PropertyDescriptor.Builder()
            .name("IoT Hub Connection Service")
            .description("Holds the one connection of each device and makes client identifier, user name, token and topics.")
            .identifiesControllerService(IoTHubConnectionService.class)
            .required(true)
            .build();

    static final PropertyDescriptor DEVICE_ID = new PropertyDescriptor.Builder()
            .name("Device ID")
            .description("""
                    Device to speak as. Not set: the device that the credentials name, as a connection string or a shared access signature does. \
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

    static final PropertyDescriptor RESPONSE_TIMEOUT = new PropertyDescriptor.Builder()
            .name("Response Timeout")
            .description("Longest time to wait for the connection, and then for the answer of the hub.")
            .addValidator(new SecretFreeValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 1, TimeUnit.HOURS)))
            .defaultValue("30 sec")
            .required(true)
            .build();

    static final PropertyDescriptor FAILURE_STRATEGY = new PropertyDescriptor.Builder()
            .name("Failure Strategy")
            .description("""
                    What happens to FlowFiles of a device whose credentials are refused: unknown, disabled, with a wrong key or without an enrollment. \
                    What heals by itself, as a network does, stays in the queue in any case.""")
            .allowableValues(FailureStrategy.class)
            .defaultValue(FailureStrategy.KEEP_IN_QUEUE)
            .required(true)
            .build();

    static final PropertyDescriptor REFUSAL_TIMEOUT = new PropertyDescriptor.Builder()
            .name("Refusal Timeout")
            .description("""
                    How long a device has to be refused before its FlowFiles go to failure. It is counted from the first refusal of the device, not for each \
                    FlowFile, and begins anew when the device is accepted.""")
            .dependsOn(FAILURE_STRATEGY, FailureStrategy.ROUTE_TO_FAILURE)
            .addValidator(new SecretFreeValidator(StandardValidators.TIME_PERIOD_VALIDATOR))
            .defaultValue("1 min")
            .required(true)
            .build();

    private IoTHubProperties() {
    }

    /**
     * Refuses a device that would be connected from every node of a cluster.
     */
    static void requireOneNode(final NodeTypeProvider nodes, final ProcessContext context) {
        if (IdentityExpression.isFixed(context)) {
            SingleNodeRule.requireOneNode(nodes, context, """
                    set Device ID to an expression such as ${iothub.device.id} and load balance the incoming connection by "Partition by attribute" on \
                    iothub.device.id.""");
        }
    }

    /**
     * Asks the connection service, once it is enabled, whether the credentials name the device that the processor does not name.
     */
    static List<ValidationResult> validateIdentity(final ValidationContext context) {
        final PropertyValue service = context.getProperty(CONNECTION_SERVICE);
        if (IdentityExpression.isSet(context) || !service.isSet() || !context.getControllerServiceLookup().isControllerServiceEnabled(service.getValue())
                || service.asControllerService(IoTHubConnectionService.class).findConfiguredIdentity().isPresent()) {
            return List.of();
        }

        return List.of(new ValidationResult.Builder().subject(DEVICE_ID.getName()).valid(false)
                .explanation("it is not set, and the credentials name no device: set it, or use the connection string of a device").build());
    }

    private static ValidationResult validateId(final String subject, final String input, final ValidationContext context) {
        final String fault = context.isExpressionLanguagePresent(input) ? null : IdentityExpression.findFault(input);
        return new ValidationResult.Builder().subject(subject).valid(fault == null).explanation(fault == null ? "" : "it " + fault).build();
    }
}
