/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.SecretFreeValidator;
import io.github.nifiazuremqtt.api.SystemProperty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.annotation.behavior.DynamicProperty;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.ReadsAttributes;
import org.apache.nifi.annotation.behavior.SystemResource;
import org.apache.nifi.annotation.behavior.SystemResourceConsideration;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.documentation.UseCase;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.annotation.lifecycle.OnShutdown;
import org.apache.nifi.annotation.lifecycle.OnStopped;
import org.apache.nifi.annotation.lifecycle.OnUnscheduled;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.migration.PropertyConfiguration;
import org.apache.nifi.processor.AbstractSessionFactoryProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSessionFactory;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.VerifiableProcessor;
import org.apache.nifi.processor.util.StandardValidators;

/**
 * Sends FlowFiles as device-to-cloud messages.
 */
@Tags({"azure", "iot", "iothub", "mqtt", "publish", "put", "send", "device", "telemetry", "message", "d2c"})
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@CapabilityDescription("""
        Sends the content of each FlowFile to Azure IoT Hub or IoT Edge as one device-to-cloud message over MQTT. A FlowFile goes to success when the \
        hub has acknowledged its message. While a device cannot be reached its FlowFiles stay in the queue, in their order, and others go on. \
        One processor can speak for many devices.""")
@ReadsAttributes({
    @ReadsAttribute(attribute = "uuid", description = "Message id by default, so that a message that is sent again can be recognised."),
    @ReadsAttribute(attribute = "mime.type", description = "Content type by default."),
    @ReadsAttribute(attribute = IoTHubAttributes.CREATION_TIME, description = "Creation time by default, ISO 8601 in UTC."),
    @ReadsAttribute(attribute = IoTHubAttributes.PROPERTY_PREFIX + "<name>", description = "Sent as application property <name> if Attribute Property Pattern "
            + "matches the attribute."),
    @ReadsAttribute(attribute = IoTHubAttributes.NULL_PROPERTY_PREFIX + "<name>", description = "Sent as application property <name> without a value if "
            + "Attribute Property Pattern matches the attribute.")
})
@WritesAttribute(attribute = IoTHubAttributes.FAILURE_REASON, description = "On failure: why the message was not sent, in one sentence.")
@DynamicProperty(name = "Name of an application property", value = "Value of the application property",
        expressionLanguageScope = ExpressionLanguageScope.FLOWFILE_ATTRIBUTES,
        description = "Sent with every message. A value that turns out empty is sent as an empty value.")
@SystemResourceConsideration(resource = SystemResource.MEMORY, description = "Content is in memory from the moment it is sent until it is acknowledged: at "
        + "most Maximum Messages In Flight of the connection service for each device, of at most 256 KB each.")
@UseCase(description = "Send the data of one device whose connection string is known.",
        keywords = {"telemetry", "connection string"},
        configuration = """
                "IoT Hub Connection Service": a service whose credentials hold the device connection string.
                "Device ID": not set.
                Set the prioritizer FirstInFirstOutPrioritizer on the incoming connection.""")
@UseCase(description = "Send the data of many devices, each under its own identity.",
        keywords = {"gateway", "fleet", "cluster"},
        configuration = """
                "IoT Hub Connection Service": a service whose credentials hold for all devices, for example Enrollment Group Key.
                "Device ID": ${iothub.device.id}, an attribute that the flow has set before.
                In a cluster set the load balance strategy of the incoming connection to "Partition by attribute" with the attribute iothub.device.id.""")
@SeeAlso(ConsumeC2D.class)
public class PublishToIoTHub extends AbstractSessionFactoryProcessor implements VerifiableProcessor {

    static final PropertyDescriptor MESSAGE_ID = system("Message ID",
            "Names the message for its readers. The default stays the same when a message is sent again.", "${uuid}", LiteralValidator.MESSAGE_ID);

    static final PropertyDescriptor CORRELATION_ID = system("Correlation ID", "Names what the message belongs to or answers.", null);

    static final PropertyDescriptor USER_ID = system("User ID", "Names who caused the message.", null);

    static final PropertyDescriptor CREATION_TIME = system("Creation Time",
            "When the content came into being, ISO 8601 in UTC, for example 2026-03-01T12:00:00.000Z.", "${" + IoTHubAttributes.CREATION_TIME + "}",
            LiteralValidator.UTC_TIME);

    static final PropertyDescriptor COMPONENT_NAME = system("Component Name", "Plug and Play component that the telemetry belongs to.", null);

    static final PropertyDescriptor CONTENT_TYPE = system("Content Type", "Media type of the content; IoT Hub routes by the body of application/json only.",
            "${mime.type}");

    static final PropertyDescriptor CONTENT_ENCODING = system("Content Encoding", """
            Character set of the content: utf-8, utf-16 or utf-32. Not set: utf-8 for text, JSON and XML unless the type names another, \
            none for everything else.""", null);

    /** System properties and where their values come from, in the order of the dialog. */
    static final Map<SystemProperty, PropertyDescriptor> SYSTEM_PROPERTIES = new EnumMap<>(Map.of(
            SystemProperty.MESSAGE_ID, MESSAGE_ID,
            SystemProperty.CORRELATION_ID, CORRELATION_ID,
            SystemProperty.USER_ID, USER_ID,
            SystemProperty.CREATION_TIME, CREATION_TIME,
            SystemProperty.COMPONENT_NAME, COMPONENT_NAME,
            SystemProperty.CONTENT_TYPE, CONTENT_TYPE,
            SystemProperty.CONTENT_ENCODING, CONTENT_ENCODING));

    static final PropertyDescriptor ATTRIBUTE_PROPERTY_PATTERN = new PropertyDescriptor.Builder()
            .name("Attribute Property Pattern")
            .description("""
                    Attributes whose whole name matches this regular expression are sent as application properties under their own name; \
                    iothub.property.<name> is sent as <name>, and iothub.null.property.<name> as <name> without a value. \
                    The core attributes of NiFi (uuid, path, filename, mime.type, ...) and others that begin with iothub. or dps. are never sent this way. \
                    Not set: no attribute is sent.""")
            .addValidator(new SecretFreeValidator(StandardValidators.REGULAR_EXPRESSION_VALIDATOR))
            .build();

    static final PropertyDescriptor QUALITY_OF_SERVICE = new PropertyDescriptor.Builder()
            .name("Quality of Service")
            .description("When a FlowFile counts as sent.")
            .allowableValues(PublishQuality.class)
            .defaultValue(PublishQuality.AT_LEAST_ONCE)
            .required(true)
            .build();

    static final PropertyDescriptor BATCH_SIZE = new PropertyDescriptor.Builder()
            .name("Batch Size")
            .description("""
                    Largest number of FlowFiles that are taken at once, sent without waiting for each other, and committed together. While the queue holds \
                    more, further batches are sent before the acknowledgements of the first are in, up to eight of them for each concurrent task.""")
            .addValidator(new SecretFreeValidator(StandardValidators.createLongValidator(1, 100_000, true)))
            .defaultValue("250")
            .required(true)
            .build();

    static final PropertyDescriptor ACKNOWLEDGMENT_TIMEOUT = new PropertyDescriptor.Builder()
            .name("Acknowledgment Timeout")
            .description("""
                    Longest time to wait for the acknowledgement of one message. When it is over the connection is opened anew and what was not acknowledged \
                    is sent again, which makes duplicates: an IoT Hub that throttles, or an IoT Edge that is offline, can take a minute.""")
            .addValidator(new SecretFreeValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 1, TimeUnit.DAYS)))
            .dependsOn(QUALITY_OF_SERVICE, PublishQuality.AT_LEAST_ONCE)
            .defaultValue("2 min")
            .required(true)
            .build();

    static final Relationship REL_SUCCESS = new Relationship.Builder()
            .name("success")
            .description("The message was acknowledged by the hub, or written to the network if Quality of Service is 0 - At most once.")
            .build();

    static final Relationship REL_FAILURE = new Relationship.Builder()
            .name("failure")
            .description("The message can never be sent as it is: too large, a property that IoT Hub does not allow, or refused by the hub. With Failure "
                    + "Strategy also: its device is refused. The attribute " + IoTHubAttributes.FAILURE_REASON + " says why.")
            .build();

    static final String COUNTER_SENT = "Messages Sent";

    static final String COUNTER_REFUSED = "Messages Refused";

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(IoTHubProperties.CONNECTION_SERVICE, IoTHubProperties.DEVICE_ID,
            IoTHubProperties.MODULE_ID, MESSAGE_ID, CORRELATION_ID, USER_ID, CREATION_TIME, COMPONENT_NAME, CONTENT_TYPE, CONTENT_ENCODING,
            ATTRIBUTE_PROPERTY_PATTERN, QUALITY_OF_SERVICE, BATCH_SIZE, ACKNOWLEDGMENT_TIMEOUT, IoTHubProperties.FAILURE_STRATEGY,
            IoTHubProperties.REFUSAL_TIMEOUT);

    private static final Set<Relationship> RELATIONSHIPS = Set.of(REL_SUCCESS, REL_FAILURE);

    /** Messages under way when the processor is stopped get this time to be acknowledged; after it they go back to their queue. */
    private static final long STOP_GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** So many batches for each task are sent and not yet settled. Together they are more than fit into the usual Maximum Messages In Flight. */
    private static final int MAXIMUM_BATCHES = 8;

    /** A task that finds a full queue goes on this long, the longest Run Duration that NiFi offers for other processors. */
    private static final long TASK_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Without acknowledgements a message is done when it is written. */
    private static final Duration WRITE_TIMEOUT = Duration.ofMinutes(2);

    private volatile MessageDispatch dispatch;

    private static PropertyDescriptor system(final String name, final String description, final String defaultValue) {
        return system(name, description, defaultValue, Validator.VALID);
    }

    private static PropertyDescriptor system(final String name, final String description, final String defaultValue, final Validator validator) {
        return new PropertyDescriptor.Builder()
                .name(name)
                .description(description)
                .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
                .addValidator(validator)
                .defaultValue(defaultValue)
                .build();
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }

    @Override
    protected PropertyDescriptor getSupportedDynamicPropertyDescriptor(final String propertyDescriptorName) {
        return new PropertyDescriptor.Builder()
                .name(propertyDescriptorName)
                .dynamic(true)
                .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
                .addValidator(Validator.VALID)
                .build();
    }

    @Override
    public Set<Relationship> getRelationships() {
        return RELATIONSHIPS;
    }

    /**
     * In version 0.1.0 the values of Quality of Service were the numbers alone.
     */
    @Override
    public void migrateProperties(final PropertyConfiguration config) {
        final String quality = config.getRawPropertyValue(QUALITY_OF_SERVICE).orElse("");
        for (final PublishQuality known : PublishQuality.values()) {
            if (known.getValue().startsWith(quality + " - ")) {
                config.setProperty(QUALITY_OF_SERVICE, known.getValue());
            }
        }
    }

    @Override
    protected Collection<ValidationResult> customValidate(final ValidationContext context) {
        final List<ValidationResult> results = new ArrayList<>(IoTHubProperties.validateIdentity(context));
        context.getProperties().keySet().stream()
                .filter(descriptor -> descriptor.isDynamic() && descriptor.getName().startsWith("$."))
                .map(descriptor -> new ValidationResult.Builder()
                        .subject(descriptor.getName())
                        .valid(false)
                        .explanation("names that begin with $. belong to the system properties of IoT Hub: use Message ID, Content Type and so on")
                        .build())
                .forEach(results::add);
        return results;
    }

    @OnScheduled
    public void onScheduled(final ProcessContext context) {
        IoTHubProperties.requireOneNode(getNodeTypeProvider(), context);
        final IoTHubConnectionService service = context.getProperty(IoTHubProperties.CONNECTION_SERVICE).asControllerService(IoTHubConnectionService.class);
        final PublishSettings settings = new PublishSettings(service, IdentityExpression.of(context, service), MessageTemplate.of(context),
                context.getProperty(BATCH_SIZE).asInteger(), MAXIMUM_BATCHES * context.getMaxConcurrentTasks(),
                readAcknowledgmentTimeout(context), RefusalClock.of(context));
        dispatch = new MessageDispatch("PublishToIoTHub-" + getIdentifier(), settings, getLogger());
    }

    private static Duration readAcknowledgmentTimeout(final ProcessContext context) {
        final PublishQuality quality = context.getProperty(QUALITY_OF_SERVICE).asAllowableValue(PublishQuality.class);
        return quality == PublishQuality.AT_LEAST_ONCE ? context.getProperty(ACKNOWLEDGMENT_TIMEOUT).asDuration() : WRITE_TIMEOUT;
    }

    /**
     * Publishes and does not wait for acknowledgements: what is under way is settled when they are in, also while nothing triggers the processor.
     */
    @Override
    public void onTrigger(final ProcessContext context, final ProcessSessionFactory sessionFactory) {
        final long started = System.nanoTime();
        try {
            if (!dispatch.publish(sessionFactory, () -> mayGoOn(context, started))) {
                context.yield();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * A task is given back after a while, as everywhere in NiFi, and when what comes next is full.
     */
    private static boolean mayGoOn(final ProcessContext context, final long started) {
        return System.nanoTime() - started < TASK_NANOS && context.getAvailableRelationships().containsAll(RELATIONSHIPS);
    }

    /**
     * NiFi that is shut down does not stop its processors before.
     */
    @OnUnscheduled
    @OnShutdown
    public void onUnscheduled() throws InterruptedException {
        final MessageDispatch ended = dispatch;
        if (ended != null) {
            ended.stop(STOP_GRACE_NANOS);
        }
    }

    @OnStopped
    public void onStopped() {
        dispatch = null;
    }

    @Override
    public List<ConfigVerificationResult> verify(final ProcessContext context, final ComponentLog verificationLogger, final Map<String, String> attributes) {
        return new ConnectionVerification(context).verify(attributes);
    }
}
