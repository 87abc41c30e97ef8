/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.MethodRequest;
import io.github.nifiazuremqtt.api.SecretFreeValidator;
import io.github.nifiazuremqtt.api.ShownText;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.nifi.annotation.behavior.InputRequirement;
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
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.VerifiableProcessor;
import org.apache.nifi.processor.util.StandardValidators;

/**
 * Receives direct methods.
 */
@Tags({"azure", "iot", "iothub", "mqtt", "consume", "receive", "device", "direct method", "command", "request", "rpc"})
@InputRequirement(InputRequirement.Requirement.INPUT_FORBIDDEN)
@TriggerSerially
@DefaultSettings(yieldDuration = SourceProperties.YIELD_DURATION)
@CapabilityDescription("""
        Receives the direct methods that a back end calls on a device through Azure IoT Hub over MQTT, each as one FlowFile. The caller waits for the answer, \
        which RespondDirectMethod gives.""")
@WritesAttributes({
    @WritesAttribute(attribute = IoTHubAttributes.HOSTNAME, description = "Full host name of the hub."),
    @WritesAttribute(attribute = IoTHubAttributes.DEVICE_ID, description = "Device that was called."),
    @WritesAttribute(attribute = IoTHubAttributes.MODULE_ID, description = "Module that was called."),
    @WritesAttribute(attribute = IoTHubAttributes.METHOD_NAME, description = "Name of the method."),
    @WritesAttribute(attribute = IoTHubAttributes.REQUEST_ID, description = "Names the call; RespondDirectMethod needs it."),
    @WritesAttribute(attribute = IoTHubAttributes.MIME_TYPE, description = "application/json.")
})
@SeeAlso(RespondDirectMethod.class)
public class ConsumeDirectMethod extends AbstractProcessor implements VerifiableProcessor {

    static final PropertyDescriptor METHOD_NAMES = new PropertyDescriptor.Builder()
            .name("Method Names")
            .description("Names of the methods that the flow knows, separated by commas; any other is answered with 404. Not set: every method is taken.")
            .addValidator(new SecretFreeValidator(StandardValidators.NON_BLANK_VALIDATOR))
            .build();

    static final String COUNTER_RECEIVED = "Methods Received";

    private static final int UNKNOWN_METHOD = 404;

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(IoTHubProperties.CONNECTION_SERVICE, SourceProperties.DEVICES,
            SourceProperties.DEVICE_ID, SourceProperties.MODULE_ID, METHOD_NAMES, SourceProperties.BATCH_SIZE, SourceProperties.QUEUE_CAPACITY);

    private static final Set<Relationship> RELATIONSHIPS = Set.of(SourceProperties.REL_SUCCESS);

    private final Intake<MethodRequest> intake = new Intake<>();

    private volatile IoTHubConnectionService service;

    private volatile Set<String> methodNames;

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
        final IoTHubConnectionService connections = context.getProperty(IoTHubProperties.CONNECTION_SERVICE)
                .asControllerService(IoTHubConnectionService.class);
        service = connections;
        final String names = context.getProperty(METHOD_NAMES).getValue();
        methodNames = names == null ? Set.of() : Arrays.stream(names.split(",")).map(String::strip).filter(name -> !name.isEmpty()).collect(Collectors.toSet());
        final int capacity = context.getProperty(SourceProperties.QUEUE_CAPACITY).asInteger();
        intake.start(context, getLogger(), connections, selection -> connections.receiveMethods(selection, capacity));
    }

    @Override
    public void onTrigger(final ProcessContext context, final ProcessSession session) {
        intake.receive(context, session, this::write);
    }

    private void write(final List<MethodRequest> requests, final ProcessSession session) {
        for (final MethodRequest request : requests) {
            if (methodNames.isEmpty() || methodNames.contains(request.methodName())) {
                write(request, session);
            } else {
                refuse(request);
            }
        }
    }

    private void write(final MethodRequest request, final ProcessSession session) {
        final Map<String, String> attributes = MessageAttributes.of(request.identity(), request.hostName());
        attributes.put(IoTHubAttributes.METHOD_NAME, request.methodName());
        attributes.put(IoTHubAttributes.REQUEST_ID, request.requestId());
        attributes.put(IoTHubAttributes.MIME_TYPE, "application/json");
        ReceivedFlowFile.create(session, request.endpointUri() + "/methods/" + ShownText.value(request.methodName()), request.payload(), attributes);
        session.adjustCounter(COUNTER_RECEIVED, 1, false);
    }

    private void refuse(final MethodRequest request) {
        final ObjectNode body = JsonContent.createObject().put("message",
                "The device does not know the method [%s]".formatted(ShownText.value(request.methodName())));
        final DeviceConnection connection = service.acquire(request.identity());
        connection.respond(request.requestId(), UNKNOWN_METHOD, JsonContent.write(body)).whenComplete((answered, failure) -> {
            connection.close();
            if (failure != null) {
                getLogger().debug("The call of the unknown method [{}] could not be answered", ShownText.value(request.methodName()), failure);
            }
        });
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
