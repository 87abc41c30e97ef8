/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.ConnectionStatus;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ShownText;
import io.github.nifiazuremqtt.api.TwinDocument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.configuration.DefaultSchedule;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.annotation.lifecycle.OnUnscheduled;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.FlowFileFilter.FlowFileFilterResult;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.VerifiableProcessor;

/**
 * Reads device twins.
 */
@Tags({"azure", "iot", "iothub", "mqtt", "get", "fetch", "device", "twin", "properties", "desired", "reported"})
@InputRequirement(InputRequirement.Requirement.INPUT_ALLOWED)
@DefaultSchedule(period = "1 min")
@CapabilityDescription("""
        Reads the twin of a device from Azure IoT Hub over MQTT. Without an incoming connection it makes a FlowFile at each run; with one it reads the twin \
        of the device that each FlowFile names and replaces the content.""")
@WritesAttributes({
    @WritesAttribute(attribute = IoTHubAttributes.HOSTNAME, description = "Full host name of the hub."),
    @WritesAttribute(attribute = IoTHubAttributes.DEVICE_ID, description = "Device whose twin it is."),
    @WritesAttribute(attribute = IoTHubAttributes.MODULE_ID, description = "Module whose twin it is."),
    @WritesAttribute(attribute = IoTHubAttributes.TWIN_VERSION, description = "Version of the section that was read; absent if the whole twin was read."),
    @WritesAttribute(attribute = IoTHubAttributes.TWIN_DESIRED_VERSION, description = "Version of the desired section."),
    @WritesAttribute(attribute = IoTHubAttributes.TWIN_REPORTED_VERSION, description = "Version of the reported section."),
    @WritesAttribute(attribute = IoTHubAttributes.MIME_TYPE, description = "application/json."),
    @WritesAttribute(attribute = IoTHubAttributes.FAILURE_REASON, description = "On failure: why the twin cannot be read, in one sentence."),
    @WritesAttribute(attribute = IoTHubAttributes.STATUS_CODE, description = "On failure: status that the hub answered."),
    @WritesAttribute(attribute = IoTHubAttributes.ERROR_CODE, description = "On failure: error code of the hub."),
    @WritesAttribute(attribute = IoTHubAttributes.TRACKING_ID, description = "On failure: what Microsoft's support asks for."),
    @WritesAttribute(attribute = IoTHubAttributes.ERROR_BODY, description = "On failure: what the hub answered.")
})
@SeeAlso({UpdateTwin.class, ConsumeDesiredProperties.class})
public class GetTwin extends AbstractProcessor implements VerifiableProcessor {

    static final PropertyDescriptor TWIN_PART = new PropertyDescriptor.Builder()
            .name("Twin Part")
            .description("What becomes the content.")
            .allowableValues(TwinPart.class)
            .defaultValue(TwinPart.WHOLE)
            .required(true)
            .build();

    static final Relationship REL_SUCCESS = new Relationship.Builder()
            .name("success")
            .description("The twin as JSON.")
            .build();

    static final Relationship REL_FAILURE = new Relationship.Builder()
            .name("failure")
            .description("FlowFiles whose twin can never be read. What can succeed later stays in the queue.")
            .build();

    /** Twin reads of a hub are throttled at 100 in a second for small hubs. */
    private static final int MAXIMUM_REQUESTS = 50;

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(IoTHubProperties.CONNECTION_SERVICE, IoTHubProperties.DEVICE_ID,
            IoTHubProperties.MODULE_ID, TWIN_PART, IoTHubProperties.RESPONSE_TIMEOUT, IoTHubProperties.FAILURE_STRATEGY, IoTHubProperties.REFUSAL_TIMEOUT);

    private static final Set<Relationship> RELATIONSHIPS = Set.of(REL_SUCCESS, REL_FAILURE);

    private volatile IoTHubConnectionService service;

    private volatile IdentityExpression identities;

    private volatile TwinPart part;

    private volatile Duration timeout;

    private volatile RefusalClock refusals;

    private volatile boolean stopping;

    private volatile HindranceNotice notice;

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
        return IoTHubProperties.validateIdentity(context);
    }

    @OnScheduled
    public void onScheduled(final ProcessContext context) {
        IoTHubProperties.requireOneNode(getNodeTypeProvider(), context);
        service = context.getProperty(IoTHubProperties.CONNECTION_SERVICE).asControllerService(IoTHubConnectionService.class);
        identities = IdentityExpression.of(context, service);
        part = context.getProperty(TWIN_PART).asAllowableValue(TwinPart.class);
        timeout = Duration.ofNanos(context.getProperty(IoTHubProperties.RESPONSE_TIMEOUT).asTimePeriod(TimeUnit.NANOSECONDS));
        refusals = RefusalClock.of(context);
        stopping = false;
        final HindranceNotice.Subject subject = context.hasIncomingConnection() ? HindranceNotice.Subject.FLOW_FILES : HindranceNotice.Subject.TWIN;
        notice = new HindranceNotice(getLogger(), subject, System::nanoTime);
    }

    @Override
    public void onTrigger(final ProcessContext context, final ProcessSession session) {
        final Hindrances hindrances = new Hindrances();
        final List<HubRequest<TwinDocument>> requests = new ArrayList<>();
        try (DeviceLeases leases = new DeviceLeases(service)) {
            for (final FlowFile flowFile : context.hasIncomingConnection() ? takeWhenConnected(session, leases, hindrances) : awaitConnection(leases)) {
                requests.add(HubRequest.send(flowFile, () -> service.acquire(identities.evaluate(flowFile)), connection -> connection.getTwin(timeout)));
            }
            for (final HubRequest<TwinDocument> request : requests) {
                settle(request, session, hindrances);
            }
            notice.tell(hindrances);
            if (!hindrances.found().isEmpty()) {
                context.yield();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            session.rollback();
        } finally {
            requests.forEach(HubRequest::close);
        }
    }

    /**
     * @return one request without a FlowFile, which fails if there is no connection; none if the processor is stopped meanwhile
     */
    private List<FlowFile> awaitConnection(final DeviceLeases leases) throws InterruptedException {
        if (isHeld(null, leases, new Hindrances())) {
            leases.awaitFirst(timeout, () -> stopping);
        }
        return stopping ? List.of() : Collections.singletonList(null);
    }

    private List<FlowFile> takeWhenConnected(final ProcessSession session, final DeviceLeases leases, final Hindrances hindrances) throws InterruptedException {
        final List<FlowFile> flowFiles = take(session, leases, hindrances);
        if (!flowFiles.isEmpty() || !leases.awaitFirst(timeout, () -> stopping)) {
            return flowFiles;
        }
        hindrances.clear();
        return take(session, leases, hindrances);
    }

    /**
     * Takes FlowFiles of devices that are connected, and those that never can be asked for.
     */
    private List<FlowFile> take(final ProcessSession session, final DeviceLeases leases, final Hindrances hindrances) {
        final AtomicInteger taken = new AtomicInteger();
        final GuardedFilter filter = new GuardedFilter(flowFile -> {
            if (isHeld(flowFile, leases, hindrances)) {
                return FlowFileFilterResult.REJECT_AND_CONTINUE;
            }
            return taken.incrementAndGet() < MAXIMUM_REQUESTS ? FlowFileFilterResult.ACCEPT_AND_CONTINUE : FlowFileFilterResult.ACCEPT_AND_TERMINATE;
        });
        final List<FlowFile> flowFiles = session.get(filter);
        filter.rethrow();
        return flowFiles;
    }

    private boolean isHeld(final FlowFile flowFile, final DeviceLeases leases, final Hindrances hindrances) {
        final DeviceIdentity identity;
        try {
            identity = identities.evaluate(flowFile);
        } catch (final IoTHubException e) {
            return false;
        }
        final Optional<IoTHubException> hindrance = leases.findHindrance(identity).filter(reason -> flowFile == null || !refusals.isOver(identity, reason));
        hindrance.ifPresent(reason -> hindrances.add(identity.toString(), 1, reason));
        return hindrance.isPresent();
    }

    private void settle(final HubRequest<TwinDocument> request, final ProcessSession session, final Hindrances hindrances) throws InterruptedException {
        final TwinDocument twin;
        try {
            twin = request.await(timeout);
        } catch (final IoTHubException e) {
            settleFailure(request, e, session, hindrances);
            return;
        }

        final DeviceConnection connection = request.connection();
        refusals.accepted(connection.getIdentity());
        final FlowFile flowFile = request.flowFile() == null ? session.create() : request.flowFile();
        final byte[] content = part.select(twin);
        final FlowFile written = session.putAllAttributes(session.write(flowFile, output -> output.write(content)), describe(connection, twin));
        final String transitUri = connection.getEndpointUri() + "/twin";
        if (request.flowFile() == null) {
            session.getProvenanceReporter().receive(written, transitUri, request.getElapsedMillis());
        } else {
            session.getProvenanceReporter().fetch(written, transitUri, request.getElapsedMillis());
        }
        session.transfer(written, REL_SUCCESS);
        notice.goesOn(connection.getIdentity().toString());
    }

    private void settleFailure(final HubRequest<TwinDocument> request, final IoTHubException failure, final ProcessSession session,
                               final Hindrances hindrances) {
        final boolean later = request.flowFile() == null || failure.getCategory().isRetryable() && !isRefused(request, failure);
        if (later) {
            hindrances.add(describeDevice(request.flowFile()), 1, failure);
        }
        if (request.flowFile() == null) {
            return;
        }
        if (later) {
            getLogger().debug("The twin was not read, {} stays in the queue: {}", ShownText.value(request.flowFile()), failure.getMessage());
            session.transfer(session.penalize(request.flowFile()));
            return;
        }
        getLogger().warn("The twin for {} cannot be read: {}", ShownText.value(request.flowFile()), failure.getMessage());
        session.transfer(session.putAllAttributes(request.flowFile(), HubAnswer.describe(failure)), REL_FAILURE);
    }

    private String describeDevice(final FlowFile flowFile) {
        try {
            return identities.evaluate(flowFile).toString();
        } catch (final IoTHubException e) {
            return "no device";
        }
    }

    @OnUnscheduled
    public void onUnscheduled() {
        stopping = true;
    }

    private boolean isRefused(final HubRequest<TwinDocument> request, final IoTHubException failure) {
        final IoTHubException obstacle = request.connection() == null ? failure : findObstacle(request.connection().getStatus()).orElse(failure);
        return refusals.isOver(identities.evaluate(request.flowFile()), obstacle);
    }

    private static Optional<IoTHubException> findObstacle(final ConnectionStatus status) {
        return status.isOpen() ? Optional.empty() : status.findLastFailure();
    }

    private Map<String, String> describe(final DeviceConnection connection, final TwinDocument twin) {
        final DeviceIdentity identity = connection.getIdentity();
        final Map<String, String> attributes = MessageAttributes.of(identity, connection.getStatus().hostName());
        attributes.put(IoTHubAttributes.MIME_TYPE, "application/json");
        attributes.put(IoTHubAttributes.TWIN_DESIRED_VERSION, Long.toString(twin.desiredVersion()));
        attributes.put(IoTHubAttributes.TWIN_REPORTED_VERSION, Long.toString(twin.reportedVersion()));
        if (part != TwinPart.WHOLE) {
            attributes.put(IoTHubAttributes.TWIN_VERSION, Long.toString(part == TwinPart.DESIRED ? twin.desiredVersion() : twin.reportedVersion()));
        }
        return attributes;
    }

    @Override
    public List<ConfigVerificationResult> verify(final ProcessContext context, final ComponentLog verificationLogger, final Map<String, String> attributes) {
        return new ConnectionVerification(context).verify(attributes);
    }
}
