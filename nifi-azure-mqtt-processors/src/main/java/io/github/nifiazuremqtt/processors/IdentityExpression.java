/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.SecretForm;
import io.github.nifiazuremqtt.api.ShownText;
import java.util.Map;
import java.util.function.Function;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.flowfile.FlowFile;

/**
 * As whom a FlowFile is sent: Device ID and Module ID of a processor, or the identity that the credentials name where no Device ID is set.
 */
final class IdentityExpression {

    private static final int MAXIMUM_LENGTH = 128;

    /** What IoT Hub allows in an id besides letters and digits, without {@code #} and {@code +}, which no MQTT topic name can carry. */
    private static final String SPECIAL_CHARACTERS = "-._:%*?!(),=@;$'";

    private final FlowFileExpression deviceId;

    private final FlowFileExpression moduleId;

    private final DeviceIdentity fixed;

    private IdentityExpression(final FlowFileExpression deviceId, final FlowFileExpression moduleId) {
        this.deviceId = deviceId;
        this.moduleId = moduleId;
        this.fixed = deviceId.isConstant() && moduleId.isConstant() ? toIdentity(expression -> expression.evaluate((FlowFile) null)) : null;
    }

    /**
     * @throws IoTHubException {@link FailureCategory#INVALID_CONFIGURATION} if neither the properties nor the credentials name a device
     */
    static IdentityExpression of(final PropertyContext context, final IoTHubConnectionService service) {
        final FlowFileExpression moduleId = FlowFileExpression.of(context.getProperty(IoTHubProperties.MODULE_ID));
        if (isSet(context)) {
            return new IdentityExpression(FlowFileExpression.of(context.getProperty(IoTHubProperties.DEVICE_ID)), moduleId);
        }

        final DeviceIdentity configured = service.findConfiguredIdentity().orElseThrow(() -> new IoTHubException(FailureCategory.INVALID_CONFIGURATION,
                "Device ID is not set and the credentials name no device: set Device ID, or use a device connection string"));
        final String configuredModule = configured.moduleId();
        final boolean moduleFromCredentials = moduleId.isConstant() && isEmpty(moduleId.evaluate((FlowFile) null));
        return new IdentityExpression(FlowFileExpression.of(configured.deviceId()), moduleFromCredentials ? FlowFileExpression.of(configuredModule) : moduleId);
    }

    /**
     * @return true if every FlowFile of every node is sent as the same device
     */
    static boolean isFixed(final PropertyContext context) {
        return !(isSet(context) && context.getProperty(IoTHubProperties.DEVICE_ID).isExpressionLanguagePresent())
                && !context.getProperty(IoTHubProperties.MODULE_ID).isExpressionLanguagePresent();
    }

    /**
     * @return true if every FlowFile is sent as the same device
     */
    boolean isConstant() {
        return fixed != null;
    }

    /**
     * @param flowFile FlowFile, or null where there is none
     * @throws IoTHubException {@link FailureCategory#INVALID_CONTENT} if the FlowFile gives no id that IoT Hub can know
     */
    DeviceIdentity evaluate(final FlowFile flowFile) {
        return fixed == null ? toIdentity(expression -> expression.evaluate(flowFile)) : fixed;
    }

    /**
     * @throws IoTHubException as for a FlowFile
     */
    DeviceIdentity evaluateFixed() {
        return evaluate(Map.of());
    }

    /**
     * @param attributes what a FlowFile would bring along
     * @throws IoTHubException as for a FlowFile
     */
    DeviceIdentity evaluate(final Map<String, String> attributes) {
        return toIdentity(expression -> expression.evaluate(attributes));
    }

    private DeviceIdentity toIdentity(final Function<FlowFileExpression, String> evaluation) {
        final String device;
        final String module;
        try {
            device = evaluation.apply(deviceId);
            module = evaluation.apply(moduleId);
        } catch (final RuntimeException e) {
            // Expression Language fails with exceptions that are not part of the NiFi API.
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, "Device ID or Module ID cannot be evaluated: " + e.getMessage(), e);
        }

        if (isEmpty(device)) {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, "Device ID is empty for this FlowFile");
        }
        requireId("Device ID", device);
        if (!isEmpty(module)) {
            requireId("Module ID", module);
        }
        return DeviceIdentity.of(device, module);
    }

    private static void requireId(final String name, final String id) {
        final String fault = findFault(id);
        if (fault != null) {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, "%s [%s] %s".formatted(name, ShownText.value(id), fault));
        }
    }

    /**
     * @return what is wrong with the id, or null if nothing is
     */
    static String findFault(final String id) {
        if (id.length() > MAXIMUM_LENGTH) {
            return "has %,d characters, IoT Hub allows %d".formatted(id.length(), MAXIMUM_LENGTH);
        }

        for (int index = 0; index < id.length(); index++) {
            final char character = id.charAt(index);
            if (!isLetterOrDigit(character) && SPECIAL_CHARACTERS.indexOf(character) < 0) {
                return "has %s, which no id of IoT Hub over MQTT can have".formatted(ShownText.character(id, index));
            }
        }

        // A connection string is made of characters that an id can have.
        return SecretForm.find(id).map(form -> "is no id but looks like %s: give the id alone, and the secret to the credentials service"
                .formatted(form.getDescription())).orElse(null);
    }

    private static boolean isLetterOrDigit(final char character) {
        return character >= 'a' && character <= 'z' || character >= 'A' && character <= 'Z' || character >= '0' && character <= '9';
    }

    /**
     * @return true if the processor names its device, and not the credentials
     */
    static boolean isSet(final PropertyContext context) {
        final FlowFileExpression deviceId = FlowFileExpression.of(context.getProperty(IoTHubProperties.DEVICE_ID));
        return !(deviceId.isConstant() && isEmpty(deviceId.evaluate((FlowFile) null)));
    }

    private static boolean isEmpty(final String value) {
        return value == null || value.isEmpty();
    }
}
