/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DesiredPropertiesUpdate;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.Stateful;
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
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.VerifiableProcessor;
import org.apache.nifi.processor.exception.ProcessException;

/**
 * Receives changes of the desired properties of device twins.
 */
@Tags({"azure", "iot", "iothub", "mqtt", "consume", "receive", "device", "twin", "properties", "desired", "configuration", "plug and play"})
@InputRequirement(InputRequirement.Requirement.INPUT_FORBIDDEN)
@TriggerSerially
@DefaultSettings(yieldDuration = SourceProperties.YIELD_DURATION)
@Stateful(scopes = {Scope.CLUSTER, Scope.LOCAL}, description = """
        The version of the desired properties that was last given out, for each device, so that a change is given out once and none is missed while NiFi is \
        away. For a single device the state belongs to the cluster and goes with the primary node; for connected devices each node has its own.""")
@CapabilityDescription("""
        Receives the desired properties in the twin of a device from Azure IoT Hub over MQTT, a FlowFile for each change, in the order of their versions. \
        After each connect the whole section is read, and given out if it has changed in the meantime: no change is missed.""")
@WritesAttributes({
    @WritesAttribute(attribute = IoTHubAttributes.HOSTNAME, description = "Full host name of the hub."),
    @WritesAttribute(attribute = IoTHubAttributes.DEVICE_ID, description = "Device whose properties these are."),
    @WritesAttribute(attribute = IoTHubAttributes.MODULE_ID, description = "Module whose properties these are."),
    @WritesAttribute(attribute = IoTHubAttributes.TWIN_VERSION, description = "Version of the desired properties after this change."),
    @WritesAttribute(attribute = IoTHubAttributes.TWIN_COMPLETE, description = "true if the content is the whole section and replaces what was known; false "
            + "if it is a patch."),
    @WritesAttribute(attribute = IoTHubAttributes.MIME_TYPE, description = "application/json.")
})
@SeeAlso({UpdateTwin.class, GetTwin.class})
public class ConsumeDesiredProperties extends AbstractProcessor implements VerifiableProcessor {

    static final PropertyDescriptor INITIAL_PROPERTIES = new PropertyDescriptor.Builder()
            .name("Initial Properties")
            .description("Whether the desired properties are given out at the start although nothing has changed.")
            .allowableValues(InitialProperties.class)
            .defaultValue(InitialProperties.IF_CHANGED)
            .required(true)
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(IoTHubProperties.CONNECTION_SERVICE, SourceProperties.DEVICES,
            SourceProperties.DEVICE_ID, SourceProperties.MODULE_ID, INITIAL_PROPERTIES, SourceProperties.BATCH_SIZE, SourceProperties.QUEUE_CAPACITY);

    private static final Set<Relationship> RELATIONSHIPS = Set.of(SourceProperties.REL_SUCCESS);

    /** Devices whose whole section has been seen since the processor was started. */
    private final Set<DeviceIdentity> started = ConcurrentHashMap.newKeySet();

    private final Intake<DesiredPropertiesUpdate> intake = new Intake<>();

    private volatile InitialProperties initialProperties;

    private volatile Scope scope;

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

    @OnScheduled
    public void onScheduled(final ProcessContext context) {
        SourceProperties.requireOneNode(getNodeTypeProvider(), context);
        final IoTHubConnectionService service = context.getProperty(IoTHubProperties.CONNECTION_SERVICE).asControllerService(IoTHubConnectionService.class);
        initialProperties = context.getProperty(INITIAL_PROPERTIES).asAllowableValue(InitialProperties.class);
        scope = SourceProperties.isSingleDevice(context) ? Scope.CLUSTER : Scope.LOCAL;
        started.clear();
        final int capacity = context.getProperty(SourceProperties.QUEUE_CAPACITY).asInteger();
        intake.start(context, getLogger(), service, selection -> service.receiveDesiredProperties(selection, capacity));
    }

    @Override
    public void onTrigger(final ProcessContext context, final ProcessSession session) {
        try {
            intake.receive(context, session, this::write);
        } catch (final RuntimeException e) {
            // What was seen was not given out.
            started.clear();
            throw e;
        }
    }

    private void write(final List<DesiredPropertiesUpdate> updates, final ProcessSession session) {
        try {
            final Map<String, String> versions = new HashMap<>(session.getState(scope).toMap());
            boolean changed = false;
            for (final DesiredPropertiesUpdate update : updates) {
                if (isNew(update, versions.get(update.identity().toString()))) {
                    write(update, session);
                    versions.put(update.identity().toString(), Long.toString(update.version()));
                    changed = true;
                }
            }
            if (changed) {
                session.setState(versions, scope);
            }
        } catch (final IOException e) {
            throw new ProcessException("The version that was last given out cannot be read or kept", e);
        }
    }

    private boolean isNew(final DesiredPropertiesUpdate update, final String lastVersion) {
        if (!update.complete()) {
            return lastVersion == null || update.version() > Long.parseLong(lastVersion);
        }

        // A device that was deleted and created again starts with version 1: for the whole section any other version is a change.
        final boolean first = started.add(update.identity());
        return lastVersion == null || update.version() != Long.parseLong(lastVersion) || first && initialProperties == InitialProperties.ALWAYS;
    }

    private void write(final DesiredPropertiesUpdate update, final ProcessSession session) {
        final Map<String, String> attributes = MessageAttributes.of(update.identity(), update.hostName());
        attributes.put(IoTHubAttributes.TWIN_VERSION, Long.toString(update.version()));
        attributes.put(IoTHubAttributes.TWIN_COMPLETE, Boolean.toString(update.complete()));
        attributes.put(IoTHubAttributes.MIME_TYPE, "application/json");
        ReceivedFlowFile.create(session, update.endpointUri() + "/twin", update.json(), attributes);
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
