/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.ReceivedMessage;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.SystemResource;
import org.apache.nifi.annotation.behavior.SystemResourceConsideration;
import org.apache.nifi.annotation.behavior.TriggerSerially;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.configuration.DefaultSettings;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.annotation.lifecycle.OnStopped;
import org.apache.nifi.annotation.notification.OnPrimaryNodeStateChange;
import org.apache.nifi.annotation.notification.PrimaryNodeState;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.migration.PropertyConfiguration;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.VerifiableProcessor;

/**
 * Receives cloud-to-device messages.
 */
@Tags({"azure", "iot", "iothub", "mqtt", "consume", "get", "receive", "device", "command", "message", "c2d", "cloud-to-device"})
@InputRequirement(InputRequirement.Requirement.INPUT_FORBIDDEN)
@TriggerSerially
@DefaultSettings(yieldDuration = SourceProperties.YIELD_DURATION)
@CapabilityDescription("""
        Receives the cloud-to-device messages of Azure IoT Hub over MQTT, each as one FlowFile, in the order in which the hub sends them. \
        A message is acknowledged, and so removed from the hub, when its FlowFile is safe in NiFi. Nothing is lost; after a failure a message \
        can come twice, with the same message id.""")
@WritesAttributes({
    @WritesAttribute(attribute = IoTHubAttributes.HOSTNAME, description = "Full host name of the hub."),
    @WritesAttribute(attribute = IoTHubAttributes.DEVICE_ID, description = "Device that the message was sent to."),
    @WritesAttribute(attribute = IoTHubAttributes.MODULE_ID, description = "Module that the message was sent to."),
    @WritesAttribute(attribute = IoTHubAttributes.MESSAGE_ID, description = "Message id."),
    @WritesAttribute(attribute = IoTHubAttributes.CORRELATION_ID, description = "Correlation id."),
    @WritesAttribute(attribute = IoTHubAttributes.USER_ID, description = "User id."),
    @WritesAttribute(attribute = IoTHubAttributes.TO, description = "Destination as the hub writes it."),
    @WritesAttribute(attribute = IoTHubAttributes.CREATION_TIME, description = "When the message was made."),
    @WritesAttribute(attribute = IoTHubAttributes.EXPIRY_TIME, description = "When the message loses its value."),
    @WritesAttribute(attribute = IoTHubAttributes.EXPIRED, description = "true if the message arrived after its expiry time; absent otherwise."),
    @WritesAttribute(attribute = IoTHubAttributes.MIME_TYPE, description = "Content type."),
    @WritesAttribute(attribute = IoTHubAttributes.CONTENT_ENCODING, description = "Content encoding."),
    @WritesAttribute(attribute = IoTHubAttributes.COMPONENT, description = "Plug and Play component."),
    @WritesAttribute(attribute = IoTHubAttributes.ACK, description = "Feedback that the sender asked for: none, positive, negative or full."),
    @WritesAttribute(attribute = IoTHubAttributes.PROPERTY_PREFIX + "<name>", description = "Application property that has a value, which may be empty."),
    @WritesAttribute(attribute = IoTHubAttributes.NULL_PROPERTY_PREFIX + "<name>", description = "Application property without a value; empty."),
    @WritesAttribute(attribute = IoTHubAttributes.SYSTEM_PREFIX + "<key>", description = "System property that has no name of its own here.")
})
@SystemResourceConsideration(resource = SystemResource.MEMORY, description = "At most 50 messages of at most 64 KB each wait in memory for each device.")
@SeeAlso(PublishToIoTHub.class)
public class ConsumeC2D extends AbstractProcessor implements VerifiableProcessor {

    static final String COUNTER_RECEIVED = "Messages Received";

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(IoTHubProperties.CONNECTION_SERVICE, SourceProperties.DEVICES,
            SourceProperties.DEVICE_ID, SourceProperties.MODULE_ID, SourceProperties.BATCH_SIZE);

    private static final Set<Relationship> RELATIONSHIPS = Set.of(SourceProperties.REL_SUCCESS);

    private final Intake<ReceivedMessage> intake = new Intake<>();

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }

    @Override
    public Set<Relationship> getRelationships() {
        return RELATIONSHIPS;
    }

    @Override
    protected Collection<ValidationResult> customValidate(final ValidationContext context) {
        return SourceProperties.validateIdentity(context);
    }

    @Override
    public void migrateProperties(final PropertyConfiguration configuration) {
        // What waits is bounded by the hub.
        configuration.removeProperty(SourceProperties.QUEUE_CAPACITY.getName());
    }

    @OnScheduled
    public void onScheduled(final ProcessContext context) {
        SourceProperties.requireOneNode(getNodeTypeProvider(), context);
        final IoTHubConnectionService service = context.getProperty(IoTHubProperties.CONNECTION_SERVICE).asControllerService(IoTHubConnectionService.class);
        intake.start(context, getLogger(), service, service::receiveMessages);
    }

    @Override
    public void onTrigger(final ProcessContext context, final ProcessSession session) {
        intake.receive(context, session, this::write);
    }

    private void write(final List<ReceivedMessage> messages, final ProcessSession session) {
        for (final ReceivedMessage message : messages) {
            ReceivedFlowFile.create(session, message.endpointUri() + "/messages/devicebound", message.body(), MessageAttributes.of(message));
        }
        session.adjustCounter(COUNTER_RECEIVED, messages.size(), false);
    }

    @OnPrimaryNodeStateChange
    public void onPrimaryNodeStateChange(final PrimaryNodeState state) {
        intake.primaryNodeChanged(state);
    }

    @OnStopped
    public void onStopped() {
        intake.close();
    }

    @Override
    public List<ConfigVerificationResult> verify(final ProcessContext context, final ComponentLog verificationLogger, final Map<String, String> attributes) {
        return SourceProperties.verify(context);
    }
}
