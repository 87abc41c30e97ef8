/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.SecretFreeValidator;
import io.github.nifiazuremqtt.api.ShownText;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.ReadsAttributes;
import org.apache.nifi.annotation.behavior.TriggerSerially;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.documentation.UseCase;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.annotation.lifecycle.OnUnscheduled;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.AbstractSessionFactoryProcessor;
import org.apache.nifi.processor.FlowFileFilter.FlowFileFilterResult;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.ProcessSessionFactory;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.VerifiableProcessor;
import org.apache.nifi.processor.exception.FlowFileAccessException;
import org.apache.nifi.processor.util.StandardValidators;

/**
 * Patches the reported properties of device twins.
 */
@Tags({"azure", "iot", "iothub", "mqtt", "put", "update", "patch", "device", "twin", "properties", "reported", "plug and play", "acknowledge"})
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@TriggerSerially
@CapabilityDescription("""
        Updates the reported properties in the twin of a device in Azure IoT Hub over MQTT. A FlowFile goes to success when the hub has accepted its patch. \
        The patches of a device are applied in the order of the queue.""")
@ReadsAttributes({
    @ReadsAttribute(attribute = IoTHubAttributes.TWIN_VERSION, description = "Version that is acknowledged if Content Strategy is Desired Properties and the "
            + "content has none."),
    @ReadsAttribute(attribute = IoTHubAttributes.TWIN_COMPLETE, description = "If Content Strategy is Desired Properties: false if the content is a patch, "
            + "whose objects are merged into what was acknowledged before.")
})
@WritesAttributes({
    @WritesAttribute(attribute = IoTHubAttributes.TWIN_VERSION, description = "On success: new version of the reported properties."),
    @WritesAttribute(attribute = IoTHubAttributes.FAILURE_REASON, description = "On failure: why the patch can never be applied, in one sentence."),
    @WritesAttribute(attribute = IoTHubAttributes.STATUS_CODE, description = "On failure: status that the hub answered."),
    @WritesAttribute(attribute = IoTHubAttributes.ERROR_CODE, description = "On failure: error code of the hub."),
    @WritesAttribute(attribute = IoTHubAttributes.TRACKING_ID, description = "On failure: what Microsoft's support asks for."),
    @WritesAttribute(attribute = IoTHubAttributes.ERROR_BODY, description = "On failure: what the hub answered.")
})
@UseCase(description = "Report the state of a device.",
        configuration = """
                The content of each FlowFile is a JSON object with the properties to set; null removes one.
                "Content Strategy": Reported Properties.""")
@UseCase(description = "Acknowledge desired properties after the flow has applied them.",
        keywords = {"plug and play", "writable property"},
        configuration = """
                Connect what ConsumeDesiredProperties gave out, after the flow has applied it.
                "Content Strategy": Desired Properties.
                "Acknowledgment Code": 200; where applying failed, a second UpdateTwin with 500.""")
@SeeAlso({ConsumeDesiredProperties.class, GetTwin.class})
public class UpdateTwin extends AbstractSessionFactoryProcessor implements VerifiableProcessor {

    static final PropertyDescriptor CONTENT_STRATEGY = new PropertyDescriptor.Builder()
            .name("Content Strategy")
            .description("What the content of a FlowFile is.")
            .allowableValues(TwinContent.class)
            .defaultValue(TwinContent.REPORTED_PROPERTIES)
            .required(true)
            .build();

    static final PropertyDescriptor ACKNOWLEDGMENT_CODE = new PropertyDescriptor.Builder()
            .name("Acknowledgment Code")
            .description("Outcome in the manner of HTTP: 200 done, 202 under way, 400 not a good value, 500 did not work.")
            .dependsOn(CONTENT_STRATEGY, TwinContent.DESIRED_PROPERTIES)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(new SecretFreeValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR))
            .defaultValue("200")
            .required(true)
            .build();

    static final PropertyDescriptor ACKNOWLEDGMENT_DESCRIPTION = new PropertyDescriptor.Builder()
            .name("Acknowledgment Description")
            .description("A sentence for people. Not set or empty: none.")
            .dependsOn(CONTENT_STRATEGY, TwinContent.DESIRED_PROPERTIES)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(Validator.VALID)
            .build();

    static final PropertyDescriptor EXPECTED_VERSION = new PropertyDescriptor.Builder()
            .name("Expected Version")
            .description("""
                    Version that the reported properties must have for the patch to be applied, for example ${iothub.twin.reported.version}. \
                    If they have another the FlowFile goes to failure. Not set or empty: the patch is applied to whatever is there.""")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(LiteralValidator.WHOLE_NUMBER)
            .build();

    static final PropertyDescriptor BATCH_SIZE = new PropertyDescriptor.Builder()
            .name("Batch Size")
            .description("Largest number of patches that are sent without waiting for each other's answer.")
            .addValidator(new SecretFreeValidator(StandardValidators.createLongValidator(1, 1_000, true)))
            .defaultValue("50")
            .required(true)
            .build();

    static final Relationship REL_SUCCESS = new Relationship.Builder()
            .name("success")
            .description("The hub has accepted the patch.")
            .build();

    static final Relationship REL_FAILURE = new Relationship.Builder()
            .name("failure")
            .description("The patch can never be applied: it breaks a rule of twins, the hub refused it, or the reported properties have another version than "
                    + "expected. With Failure Strategy: the device is refused. What can succeed later stays in the queue.")
            .build();

    static final String COUNTER_UPDATED = "Reported Properties Updated";

    /** The reported properties can have 32 KB; this leaves room for white space and escapes, and keeps a file that was sent here by mistake out of memory. */
    private static final int MAXIMUM_CONTENT = 256 * 1024;

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(IoTHubProperties.CONNECTION_SERVICE, IoTHubProperties.DEVICE_ID,
            IoTHubProperties.MODULE_ID, CONTENT_STRATEGY, ACKNOWLEDGMENT_CODE, ACKNOWLEDGMENT_DESCRIPTION, EXPECTED_VERSION, BATCH_SIZE,
            IoTHubProperties.RESPONSE_TIMEOUT, IoTHubProperties.FAILURE_STRATEGY, IoTHubProperties.REFUSAL_TIMEOUT);

    private static final Set<Relationship> RELATIONSHIPS = Set.of(REL_SUCCESS, REL_FAILURE);

    private volatile IoTHubConnectionService service;

    private volatile IdentityExpression identities;

    private volatile TwinPatchTemplate template;

    private volatile boolean versioned;

    private volatile int batchSize;

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
        template = TwinPatchTemplate.of(context);
        versioned = context.getProperty(EXPECTED_VERSION).isSet();
        batchSize = context.getProperty(BATCH_SIZE).asInteger();
        timeout = Duration.ofNanos(context.getProperty(IoTHubProperties.RESPONSE_TIMEOUT).asTimePeriod(TimeUnit.NANOSECONDS));
        refusals = RefusalClock.of(context);
        stopping = false;
        notice = new HindranceNotice(getLogger(), HindranceNotice.Subject.FLOW_FILES, System::nanoTime);
    }

    @Override
    public void onTrigger(final ProcessContext context, final ProcessSessionFactory sessionFactory) {
        final ProcessSession session = sessionFactory.createSession();
        final Map<DeviceIdentity, TwinSequence> sequences = new LinkedHashMap<>();
        try {
            final Hindrances hindrances = new Hindrances();
            final List<TwinUpdate> updates = takeWhenConnected(session, sequences, hindrances);
            for (final TwinUpdate update : updates) {
                prepare(update, session);
            }
            send(updates);
            for (final TwinUpdate update : updates) {
                update.await(timeout);
            }
            settle(updates, session, sessionFactory);
            announce(updates, sequences, hindrances);
            if (sequences.values().stream().anyMatch(TwinSequence::isBroken)) {
                context.yield();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            session.rollback();
        } catch (final Throwable e) {
            session.rollback();
            throw e;
        } finally {
            sequences.values().forEach(TwinSequence::close);
        }
    }

    private List<TwinUpdate> takeWhenConnected(final ProcessSession session, final Map<DeviceIdentity, TwinSequence> sequences, final Hindrances hindrances)
            throws InterruptedException {
        final List<TwinUpdate> updates = take(session, sequences, hindrances);
        if (!updates.isEmpty()) {
            return updates;
        }

        final List<DeviceConnection> connections = sequences.values().stream().map(TwinSequence::getConnection).filter(Objects::nonNull).toList();
        if (!FirstConnect.await(connections, timeout, () -> stopping)) {
            return updates;
        }
        hindrances.clear();
        sequences.values().stream().filter(sequence -> sequence.getConnection() != null).forEach(TwinSequence::look);
        return take(session, sequences, hindrances);
    }

    private List<TwinUpdate> take(final ProcessSession session, final Map<DeviceIdentity, TwinSequence> sequences, final Hindrances hindrances) {
        final List<TwinUpdate> updates = new ArrayList<>();
        final GuardedFilter filter = new GuardedFilter(flowFile -> {
            final TwinUpdate update = address(flowFile, sequences, hindrances);
            if (update == null) {
                return FlowFileFilterResult.REJECT_AND_CONTINUE;
            }
            updates.add(update);
            return updates.size() < batchSize ? FlowFileFilterResult.ACCEPT_AND_CONTINUE : FlowFileFilterResult.ACCEPT_AND_TERMINATE;
        });
        session.get(filter);
        filter.rethrow();
        if (updates.size() < batchSize) {
            hindrances.markComplete();
        }
        return updates;
    }

    /**
     * @return null if the FlowFile has to wait
     */
    private TwinUpdate address(final FlowFile flowFile, final Map<DeviceIdentity, TwinSequence> sequences, final Hindrances hindrances) {
        final DeviceIdentity identity;
        try {
            identity = identities.evaluate(flowFile);
        } catch (final IoTHubException e) {
            return new TwinUpdate(flowFile, e);
        }

        final TwinSequence sequence = sequences.computeIfAbsent(identity, this::open);
        final Optional<IoTHubException> hindrance = sequence.findHindrance();
        if (hindrance.isPresent() && refusals.isOver(identity, hindrance.get())) {
            hindrances.addUndecided(identity.toString());
            return new TwinUpdate(flowFile, hindrance.get());
        }
        hindrance.ifPresentOrElse(reason -> hindrances.add(identity.toString(), 1, reason), () -> hindrances.addUndecided(identity.toString()));
        // With an expected version each patch builds on the answer to the one before.
        if (sequence.isBroken() || versioned && sequence.size() > 0) {
            return null;
        }
        refusals.accepted(identity);
        sequence.grow();
        return new TwinUpdate(flowFile, sequence);
    }

    private TwinSequence open(final DeviceIdentity identity) {
        try {
            return new TwinSequence(service.acquire(identity));
        } catch (final IoTHubException e) {
            return new TwinSequence(e);
        }
    }

    /** Those of a sequence that broke on the way are in the queue again. */
    private void announce(final List<TwinUpdate> updates, final Map<DeviceIdentity, TwinSequence> sequences, final Hindrances hindrances) {
        for (final TwinUpdate update : updates) {
            if (update.getSequence() != null && update.getVersion() == null && update.getFailure() == null) {
                final String name = update.getSequence().getConnection().getIdentity().toString();
                update.getSequence().findHindrance().ifPresent(reason -> hindrances.add(name, 1, reason));
            }
        }
        notice.tell(hindrances);
        sequences.forEach((identity, sequence) -> {
            if (!sequence.isBroken() && sequence.size() > 0) {
                notice.goesOn(identity.toString());
            }
        });
    }

    private void prepare(final TwinUpdate update, final ProcessSession session) {
        if (stopping || !update.isPossible()) {
            return;
        }

        final FlowFile flowFile = update.getFlowFile();
        if (flowFile.getSize() > MAXIMUM_CONTENT) {
            update.fail(TwinUpdate.invalid("The content has %d bytes, far more than a twin can hold".formatted(flowFile.getSize()), null));
            return;
        }

        final byte[] body = read(flowFile, session);
        try {
            update.prepare(template.createPatch(flowFile, body), template.findExpectedVersion(flowFile), timeout);
        } catch (final IoTHubException e) {
            update.fail(e);
        } catch (final RuntimeException e) {
            // Expression Language fails with exceptions that are not part of the NiFi API; the next FlowFile may do better.
            update.fail(TwinUpdate.invalid("The properties of the update cannot be evaluated: " + e.getMessage(), e));
        }
    }

    /** Devices whose twin has to be read first do not hold up the others. */
    private void send(final List<TwinUpdate> updates) throws InterruptedException {
        final Map<Boolean, List<TwinUpdate>> byReading = updates.stream().collect(Collectors.partitioningBy(TwinUpdate::isReading));
        for (final boolean reading : List.of(false, true)) {
            for (final TwinUpdate update : byReading.get(reading)) {
                update.send(timeout);
            }
        }
    }

    private static byte[] read(final FlowFile flowFile, final ProcessSession session) {
        try (InputStream content = session.read(flowFile)) {
            return content.readAllBytes();
        } catch (final IOException e) {
            throw new FlowFileAccessException("Content of %s cannot be read".formatted(flowFile), e);
        }
    }

    private void settle(final List<TwinUpdate> updates, final ProcessSession session, final ProcessSessionFactory sessionFactory) {
        final List<TwinUpdate> decided = updates.stream().filter(update -> update.getVersion() != null || update.getFailure() != null).toList();
        final PartialCommit commit = new PartialCommit(session, sessionFactory);
        if (decided.size() == updates.size()) {
            commit.commitAll(whole -> transfer(decided, whole), this::commitFailed);
        } else {
            commit.commit(decided.stream().map(TwinUpdate::getFlowFile).toList(), part -> transfer(decided, part), this::commitFailed);
            session.rollback();
        }
    }

    private void transfer(final List<TwinUpdate> decided, final ProcessSession session) {
        for (final TwinUpdate update : decided) {
            if (update.getFailure() == null) {
                final FlowFile updated = session.putAttribute(update.getFlowFile(), IoTHubAttributes.TWIN_VERSION, update.getVersion().toString());
                session.getProvenanceReporter().send(updated, update.getSequence().getConnection().getEndpointUri() + "/twin", update.getTransmissionMillis());
                session.adjustCounter(COUNTER_UPDATED, 1, false);
                session.transfer(updated, REL_SUCCESS);
            } else {
                getLogger().warn("The patch in {} goes to failure: {}", ShownText.value(update.getFlowFile()), update.getFailure().getMessage());
                session.transfer(session.putAllAttributes(update.getFlowFile(), HubAnswer.describe(update.getFailure())), REL_FAILURE);
            }
        }
    }

    private void commitFailed(final Throwable failure) {
        getLogger().error("Twins were updated but the session could not be committed: they will be updated again", ShownText.cause(failure));
    }

    @OnUnscheduled
    public void onUnscheduled() {
        stopping = true;
    }

    @Override
    public List<ConfigVerificationResult> verify(final ProcessContext context, final ComponentLog verificationLogger, final Map<String, String> attributes) {
        return new ConnectionVerification(context).verify(attributes);
    }
}
