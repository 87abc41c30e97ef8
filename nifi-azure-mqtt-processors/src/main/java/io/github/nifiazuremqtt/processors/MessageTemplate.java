/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.QualityOfService;
import io.github.nifiazuremqtt.api.SystemProperty;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.processor.ProcessContext;

/**
 * Makes a message of a FlowFile as the properties of PublishToIoTHub say. A system property that turns out empty is not sent.
 */
final class MessageTemplate {

    private final Map<SystemProperty, FlowFileExpression> system;

    private final boolean encodingByType;

    private final ApplicationProperties application;

    private final QualityOfService qualityOfService;

    private MessageTemplate(final Map<SystemProperty, FlowFileExpression> system, final ApplicationProperties application,
                            final QualityOfService qualityOfService) {
        this.system = new EnumMap<>(system);
        this.encodingByType = !system.containsKey(SystemProperty.CONTENT_ENCODING);
        this.application = application;
        this.qualityOfService = qualityOfService;
    }

    static MessageTemplate of(final ProcessContext context) {
        final Map<SystemProperty, FlowFileExpression> system = new EnumMap<>(SystemProperty.class);
        PublishToIoTHub.SYSTEM_PROPERTIES.forEach((property, descriptor) -> {
            if (context.getProperty(descriptor).isSet()) {
                system.put(property, FlowFileExpression.of(context.getProperty(descriptor)));
            }
        });

        final Map<String, FlowFileExpression> dynamic = new LinkedHashMap<>();
        for (final PropertyDescriptor descriptor : context.getProperties().keySet()) {
            if (descriptor.isDynamic()) {
                dynamic.put(descriptor.getName(), FlowFileExpression.of(context.getProperty(descriptor)));
            }
        }

        final String pattern = context.getProperty(PublishToIoTHub.ATTRIBUTE_PROPERTY_PATTERN).getValue();
        final ApplicationProperties application = new ApplicationProperties(pattern == null ? null : Pattern.compile(pattern), dynamic);
        return new MessageTemplate(system, application,
                context.getProperty(PublishToIoTHub.QUALITY_OF_SERVICE).asAllowableValue(PublishQuality.class).toQualityOfService());
    }

    DeviceMessage create(final FlowFile flowFile, final byte[] body) {
        final Map<SystemProperty, String> values = new EnumMap<>(SystemProperty.class);
        for (final Map.Entry<SystemProperty, FlowFileExpression> property : system.entrySet()) {
            final String value = property.getValue().evaluate(flowFile);
            if (value != null && !value.isEmpty()) {
                values.put(property.getKey(), value);
            }
        }
        if (encodingByType) {
            final String encoding = TextEncoding.of(values.get(SystemProperty.CONTENT_TYPE));
            if (encoding != null) {
                values.put(SystemProperty.CONTENT_ENCODING, encoding);
            }
        }

        return new DeviceMessage(flowFile.getAttribute(CoreAttributes.UUID.key()), body,
                new MessageProperties(values, Map.of(), application.collect(flowFile)), qualityOfService);
    }
}
