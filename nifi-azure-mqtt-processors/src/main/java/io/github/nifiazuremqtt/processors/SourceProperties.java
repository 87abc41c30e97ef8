/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceSelection;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.SecretFreeValidator;
import java.util.List;
import java.util.Map;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.controller.NodeTypeProvider;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.util.StandardValidators;

/**
 * Property descriptors that the sources share: whom they listen for, and how much they take.
 */
final class SourceProperties {

    static final PropertyDescriptor DEVICES = new PropertyDescriptor.Builder()
            .name("Devices")
            .description("Whether to listen for one device or for all that are connected.")
            .allowableValues(DeviceChoice.class)
            .defaultValue(DeviceChoice.SINGLE_DEVICE)
            .required(true)
            .build();

    static final PropertyDescriptor DEVICE_ID = new PropertyDescriptor.Builder()
            .fromPropertyDescriptor(IoTHubProperties.DEVICE_ID)
            .description("Device to listen for. Not set: the device that the credentials name, as a connection string or a shared access "
                    + "signature does.")
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(DEVICES, DeviceChoice.SINGLE_DEVICE)
            .build();

    static final PropertyDescriptor MODULE_ID = new PropertyDescriptor.Builder()
            .fromPropertyDescriptor(IoTHubProperties.MODULE_ID)
            .description("Module of the device to listen for. Not set or empty: the device itself.")
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(DEVICES, DeviceChoice.SINGLE_DEVICE)
            .build();

    static final PropertyDescriptor BATCH_SIZE = new PropertyDescriptor.Builder()
            .name("Batch Size")
            .description("Largest number of FlowFiles that are made and committed together.")
            .addValidator(new SecretFreeValidator(StandardValidators.createLongValidator(1, 10_000, true)))
            .defaultValue("100")
            .required(true)
            .build();

    static final PropertyDescriptor QUEUE_CAPACITY = new PropertyDescriptor.Builder()
            .name("Queue Capacity")
            .description("Largest number of changes or calls that wait in memory for this processor.")
            .addValidator(new SecretFreeValidator(StandardValidators.createLongValidator(1, 100_000, true)))
            .defaultValue("100")
            .required(true)
            .build();

    /** How long an idle source rests: what arrives meanwhile waits so long at most. */
    static final String YIELD_DURATION = "10 ms";

    static final Relationship REL_SUCCESS = new Relationship.Builder()
            .name("success")
            .description("A FlowFile for each message, change or call that was received.")
            .build();

    private SourceProperties() {
    }

    static boolean isSingleDevice(final PropertyContext context) {
        return context.getProperty(DEVICES).asAllowableValue(DeviceChoice.class) == DeviceChoice.SINGLE_DEVICE;
    }

    static DeviceSelection selectDevices(final PropertyContext context, final IoTHubConnectionService service) {
        return isSingleDevice(context) ? DeviceSelection.only(IdentityExpression.of(context, service).evaluateFixed()) : DeviceSelection.ALL_OPEN;
    }

    static List<ValidationResult> validateIdentity(final ValidationContext context) {
        return isSingleDevice(context) ? IoTHubProperties.validateIdentity(context) : List.of();
    }

    static void requireOneNode(final NodeTypeProvider nodes, final ProcessContext context) {
        if (isSingleDevice(context)) {
            SingleNodeRule.requireOneNode(nodes, context, "set Devices to Connected Devices.");
        }
    }

    static List<ConfigVerificationResult> verify(final ProcessContext context) {
        return isSingleDevice(context) ? new ConnectionVerification(context).verify(Map.of())
                : List.of(new ConfigVerificationResult.Builder()
                        .verificationStepName(ConnectionVerification.CONNECTION_STEP)
                        .outcome(ConfigVerificationResult.Outcome.SKIPPED)
                        .explanation("Connections are made by the processors that name their devices")
                        .build());
    }
}
