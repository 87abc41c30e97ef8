/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceProvisioningService;
import io.github.nifiazuremqtt.api.SecretFreeValidator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.SystemResource;
import org.apache.nifi.annotation.behavior.SystemResourceConsideration;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.documentation.UseCase;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.annotation.lifecycle.OnUnscheduled;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.migration.PropertyConfiguration;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.RecordSetWriterFactory;

/**
 * Registers devices with the Device Provisioning Service.
 */
@Tags({"azure", "iot", "iothub", "dps", "mqtt", "device", "provisioning", "register", "enrollment", "record"})
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@CapabilityDescription("""
        Registers devices with the Azure IoT Hub Device Provisioning Service and tells to which hub, and under which device id, each was assigned. \
        One FlowFile is one device, or a list of devices if a Record Reader is set. Registrations are made at the pace that the service allows, \
        so lists may be long.""")
@SeeAlso(PublishToIoTHub.class)
@ReadsAttribute(attribute = IoTHubAttributes.RECORDS_DONE,
        description = "With a Record Reader: numbers of the records that are done, of a list that is under way.")
@WritesAttributes({
    @WritesAttribute(attribute = IoTHubAttributes.REGISTRATION_ID, description = "Registration id."),
    @WritesAttribute(attribute = IoTHubAttributes.REGISTRATION_STATUS,
            description = "Final state: assigned; on failure disabled or failed, if the service named one."),
    @WritesAttribute(attribute = IoTHubAttributes.REGISTRATION_SUBSTATUS, description = "For example initialAssignment."),
    @WritesAttribute(attribute = IoTHubAttributes.OPERATION_ID, description = "Operation id."),
    @WritesAttribute(attribute = IoTHubAttributes.HOSTNAME, description = "Host name of the assigned hub."),
    @WritesAttribute(attribute = IoTHubAttributes.DEVICE_ID, description = "Device id at that hub, which may differ from the registration id."),
    @WritesAttribute(attribute = "mime.type", description = "On success: application/json, or what the Record Writer writes."),
    @WritesAttribute(attribute = "record.count", description = "With a Record Reader: number of records."),
    @WritesAttribute(attribute = IoTHubAttributes.RECORDS_DONE, description = "With a Record Reader: numbers of the records that are done."),
    @WritesAttribute(attribute = IoTHubAttributes.FAILURE_REASON, description = "On failure: why, and what to do, in one sentence."),
    @WritesAttribute(attribute = IoTHubAttributes.STATUS_CODE, description = "On failure: status of the service's answer, for example 401."),
    @WritesAttribute(attribute = IoTHubAttributes.ERROR_CODE, description = "On failure: error code of the service's answer, for example 401002."),
    @WritesAttribute(attribute = IoTHubAttributes.TRACKING_ID, description = "On failure: id under which Microsoft's support finds the request.")
})
@SystemResourceConsideration(resource = SystemResource.MEMORY,
        description = "Up to 500 FlowFiles of at most 96 KB each, or 500 records, are in memory at a time.")
@UseCase(description = "Register one device for each FlowFile.",
        keywords = {"provisioning", "onboarding"},
        configuration = """
                "Device Provisioning Service": a service with the ID scope and the credentials of the enrollment.
                "Registration ID": an expression that gives the registration id, for example ${iothub.device.id}.
                The attributes iothub.hostname and iothub.device.id of success say where the device lives.""")
@UseCase(description = "Register a list of thousands of devices.",
        keywords = {"provisioning", "bulk", "csv", "records"},
        configuration = """
                "Record Reader" and "Record Writer": readers and writers for the list, for example CSV.
                "Registration ID Field": name of the column or field with the registration id.
                success gets the records of devices that were assigned, with their hub; failure gets the others, with the reason.""")
public class RegisterWithDPS extends AbstractProcessor {

    static final PropertyDescriptor PROVISIONING_SERVICE = new PropertyDescriptor.Builder()
            .name("Device Provisioning Service")
            .description("Holds ID scope and credentials and makes the registrations.")
            .identifiesControllerService(DeviceProvisioningService.class)
            .required(true)
            .build();

    static final PropertyDescriptor REGISTRATION_ID = new PropertyDescriptor.Builder()
            .name("Registration ID")
            .description("Registration id of the device that the FlowFile stands for. Not used with a Record Reader.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(new SecretFreeValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR))
            .defaultValue("${" + IoTHubAttributes.DEVICE_ID + "}")
            .required(true)
            .build();

    static final PropertyDescriptor RECORD_READER = new PropertyDescriptor.Builder()
            .name("Record Reader")
            .description("Reads a list of devices: each record is one. Not set: each FlowFile is one device.")
            .identifiesControllerService(RecordReaderFactory.class)
            .build();

    static final PropertyDescriptor RECORD_WRITER = new PropertyDescriptor.Builder()
            .name("Record Writer")
            .description("Writes the records with what became of each.")
            .identifiesControllerService(RecordSetWriterFactory.class)
            .dependsOn(RECORD_READER)
            .required(true)
            .build();

    static final PropertyDescriptor REGISTRATION_ID_FIELD = new PropertyDescriptor.Builder()
            .name("Registration ID Field")
            .description("Field of each record that holds the registration id.")
            .addValidator(new SecretFreeValidator(StandardValidators.NON_BLANK_VALIDATOR))
            .defaultValue("registrationId")
            .dependsOn(RECORD_READER)
            .required(true)
            .build();

    static final PropertyDescriptor PAYLOAD_SOURCE = new PropertyDescriptor.Builder()
            .name("Payload Source")
            .description("Where the JSON object comes from that the service hands to a custom allocation function.")
            .allowableValues(RegistrationPayload.class)
            .defaultValue(RegistrationPayload.NONE)
            .required(true)
            .build();

    static final PropertyDescriptor PAYLOAD = new PropertyDescriptor.Builder()
            .name("Payload")
            .description("A JSON object, for example {\"modelId\":\"dtmi:com:example:Thermostat;1\"}.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .addValidator(LiteralValidator.JSON_OBJECT)
            .dependsOn(PAYLOAD_SOURCE, RegistrationPayload.PROPERTY)
            .required(true)
            .build();

    static final PropertyDescriptor REGISTRATION_TIMEOUT = new PropertyDescriptor.Builder()
            .name("Registration Timeout")
            .description("""
                    Longest time for one registration, waiting for its turn included. The service takes 1,000 registrations a minute for all devices together. \
                    What is not complete in time stays in the queue and is tried again.""")
            .addValidator(new SecretFreeValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.SECONDS, 1, TimeUnit.HOURS)))
            .defaultValue("5 min")
            .required(true)
            .build();

    static final Relationship REL_SUCCESS = new Relationship.Builder()
            .name("success")
            .description("Devices that were assigned: the service's answer as JSON, or with a Record Reader the records with what was assigned.")
            .build();

    static final Relationship REL_FAILURE = new Relationship.Builder()
            .name("failure")
            .description("""
                    Devices that were refused: wrong credentials, enrollment unknown or disabled, allocation failed, registration id or payload not allowed. \
                    The attribute iothub.failure.reason, or with a Record Reader the field dpsFailureReason, says why.""")
            .build();

    static final Relationship REL_ORIGINAL = new Relationship.Builder()
            .name("original")
            .description("With a Record Reader: the list, once each of its records went to success or failure.")
            .build();

    static final Relationship REL_PARSE_FAILURE = new Relationship.Builder()
            .name("parse failure")
            .description("With a Record Reader: a list that cannot be read. The attribute dps.records.done says which of its records were done before.")
            .build();

    static final String COUNTER_REGISTERED = "Devices Registered";

    static final String COUNTER_REFUSED = "Registrations Refused";

    /** About half a minute at the pace of the service: progress is committed that often. */
    static final int BATCH_SIZE = 500;

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(PROVISIONING_SERVICE, REGISTRATION_ID, RECORD_READER, RECORD_WRITER,
            REGISTRATION_ID_FIELD, PAYLOAD_SOURCE, PAYLOAD, REGISTRATION_TIMEOUT);

    private static final Set<Relationship> RELATIONSHIPS = Set.of(REL_SUCCESS, REL_FAILURE);

    private static final Set<Relationship> RECORD_RELATIONSHIPS = Set.of(REL_SUCCESS, REL_FAILURE, REL_ORIGINAL, REL_PARSE_FAILURE);

    private final Set<RegistrationBatch> running = ConcurrentHashMap.newKeySet();

    private volatile boolean readsRecords;

    private volatile boolean stopping;

    private volatile HindranceNotice notice;

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }

    /**
     * In version 0.1.0 the values of Payload Source were the names of the constants.
     */
    @Override
    public void migrateProperties(final PropertyConfiguration config) {
        final String source = config.getRawPropertyValue(PAYLOAD_SOURCE).orElse("");
        for (final RegistrationPayload known : RegistrationPayload.values()) {
            if (known.name().equals(source)) {
                config.setProperty(PAYLOAD_SOURCE, known.getValue());
            }
        }
    }

    @Override
    public Set<Relationship> getRelationships() {
        return readsRecords ? RECORD_RELATIONSHIPS : RELATIONSHIPS;
    }

    @Override
    public void onPropertyModified(final PropertyDescriptor descriptor, final String oldValue, final String newValue) {
        if (RECORD_READER.equals(descriptor)) {
            readsRecords = newValue != null;
        }
    }

    @OnScheduled
    public void onScheduled() {
        stopping = false;
        notice = new HindranceNotice(getLogger(), HindranceNotice.Subject.REGISTRATIONS, System::nanoTime);
    }

    /**
     * Ends what is under way; what is complete is committed, the rest stays in the queue.
     */
    @OnUnscheduled
    public void onUnscheduled() {
        stopping = true;
        running.forEach(RegistrationBatch::cancel);
    }

    @Override
    public void onTrigger(final ProcessContext context, final ProcessSession session) throws ProcessException {
        final RegistrationSettings settings = RegistrationSettings.of(context);
        final RegistrationBatch batch = new RegistrationBatch(settings.service(), settings.registrationTimeout());
        running.add(batch);
        try {
            if (stopping) {
                return;
            }
            final Hindrances setbacks = settings.readerFactory() == null
                    ? new FlowFileRegistrations(settings, session).register(batch)
                    : new RecordRegistrations(settings, session, getLogger()).register(batch);
            if (!stopping) {
                notice.tell(setbacks);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            session.rollback();
        } finally {
            batch.cancel();
            running.remove(batch);
        }
    }
}
