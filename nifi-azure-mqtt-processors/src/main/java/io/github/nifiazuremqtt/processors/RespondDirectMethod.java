/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.SecretFreeValidator;
import io.github.nifiazuremqtt.api.ShownText;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.ReadsAttributes;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.MultiProcessorUseCase;
import org.apache.nifi.annotation.documentation.ProcessorConfiguration;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.exception.FlowFileAccessException;
import org.apache.nifi.processor.util.StandardValidators;

/**
 * Answers direct methods.
 */
@Tags({"azure", "iot", "iothub", "mqtt", "respond", "answer", "device", "direct method", "command", "response", "rpc"})
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@CapabilityDescription("""
        Answers a direct method that ConsumeDirectMethod received: status and JSON go to the caller who waits for them. An answer goes out only on the \
        connection on which the call came in.""")
@ReadsAttributes({
    @ReadsAttribute(attribute = IoTHubAttributes.DEVICE_ID, description = "Device that was called."),
    @ReadsAttribute(attribute = IoTHubAttributes.MODULE_ID, description = "Module that was called."),
    @ReadsAttribute(attribute = IoTHubAttributes.REQUEST_ID, description = "Names the call."),
    @ReadsAttribute(attribute = IoTHubAttributes.METHOD_NAME, description = "For provenance.")
})
@WritesAttribute(attribute = IoTHubAttributes.FAILURE_REASON, description = "On failure: why the caller did not get this answer, in one sentence.")
@MultiProcessorUseCase(description = "Let a back end call a NiFi flow as a method of a device, and answer it.",
        keywords = {"remote control", "request", "response"},
        configurations = {
            @ProcessorConfiguration(processorClass = ConsumeDirectMethod.class, configuration = """
                    "Method Names": the methods that the flow knows, for example reboot.
                    Connect success to the processors that do the work."""),
            @ProcessorConfiguration(processorClass = RespondDirectMethod.class, configuration = """
                    The same "IoT Hub Connection Service". Keep the defaults of Device ID, Module ID and Request ID.
                    Connect the end of the work here with the answer, a JSON document, as content. For what failed use a second one, "Status Code" 500.""")
        })
@SeeAlso(ConsumeDirectMethod.class)
public class RespondDirectMethod extends AbstractProcessor {

    static final PropertyDescriptor DEVICE_ID = new PropertyDescriptor.Builder()
            .fromPropertyDescriptor(IoTHubProperties.DEVICE_ID)
            .description("Device that was called.")
            .defaultValue("${" + IoTHubAttributes.DEVICE_ID + "}")
            .build();

    static final PropertyDescriptor MODULE_ID = new PropertyDescriptor.Builder()
            .fromPropertyDescriptor(IoTHubProperties.MODULE_ID)
            .description("Module that was called.")
            .defaultValue("${" + IoTHubAttributes.MODULE_ID + "}")
            .build();

    static final PropertyDescriptor REQUEST_ID = new PropertyDescriptor.Builder()
            .name("Request ID")
            .description("Names the call.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(new SecretFreeValidator(StandardValidators.NON_BLANK_VALIDATOR))
            .defaultValue("${" + IoTHubAttributes.REQUEST_ID + "}")
            .required(true)
            .build();

    static final PropertyDescriptor STATUS_CODE = new PropertyDescriptor.Builder()
            .name("Status Code")
            .description("Status for the caller in the manner of HTTP: 200 done, 400 bad request, 500 did not work. A whole number from 0 to 2147483647; if it "
                    + "is another the caller is told so with status 500.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(new SecretFreeValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR))
            .defaultValue("200")
            .required(true)
            .build();

    static final Relationship REL_SUCCESS = new Relationship.Builder()
            .name("success")
            .description("The answer was sent.")
            .build();

    static final Relationship REL_FAILURE = new Relationship.Builder()
            .name("failure")
            .description("The caller did not get this answer: the call is over, or the content is no JSON or Status Code no number "
                    + "that callers can take, in which case the caller was told so with status 500.")
            .build();

    static final String COUNTER_ANSWERED = "Methods Answered";

    private static final int MAXIMUM_PAYLOAD = 128 * 1024;

    private static final int MAXIMUM_ANSWERS = 100;

    private static final int CANNOT_ANSWER = 500;

    /** An answer is done when it is written; a call never waits longer than this. */
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(30);

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(IoTHubProperties.CONNECTION_SERVICE, DEVICE_ID, MODULE_ID, REQUEST_ID,
            STATUS_CODE);

    private static final Set<Relationship> RELATIONSHIPS = Set.of(REL_SUCCESS, REL_FAILURE);

    private volatile IoTHubConnectionService service;

    private volatile IdentityExpression identities;

    private volatile FlowFileExpression requestIds;

    private volatile FlowFileExpression statusCodes;

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }

    @Override
    public Set<Relationship> getRelationships() {
        return RELATIONSHIPS;
    }

    @OnScheduled
    public void onScheduled(final ProcessContext context) {
        service = context.getProperty(IoTHubProperties.CONNECTION_SERVICE).asControllerService(IoTHubConnectionService.class);
        identities = IdentityExpression.of(context, service);
        requestIds = FlowFileExpression.of(context.getProperty(REQUEST_ID));
        statusCodes = FlowFileExpression.of(context.getProperty(STATUS_CODE));
    }

    @Override
    public void onTrigger(final ProcessContext context, final ProcessSession session) {
        final List<HubRequest<Void>> answers = new ArrayList<>();
        try {
            for (final FlowFile flowFile : session.get(MAXIMUM_ANSWERS)) {
                answers.add(answer(flowFile, session));
            }
            for (final HubRequest<Void> answer : answers) {
                settle(answer, session);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            session.rollback();
        } finally {
            answers.forEach(HubRequest::close);
        }
    }

    private HubRequest<Void> answer(final FlowFile flowFile, final ProcessSession session) {
        return HubRequest.send(flowFile, () -> service.acquire(identities.evaluate(flowFile)),
                connection -> connection.respond(findRequestId(flowFile), parseStatus(flowFile), read(flowFile, session)));
    }

    private String findRequestId(final FlowFile flowFile) {
        final String requestId;
        try {
            requestId = requestIds.evaluate(flowFile);
        } catch (final RuntimeException e) {
            // Expression Language fails with exceptions that are not part of the NiFi API.
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, "Request ID cannot be evaluated: " + e.getMessage(), e);
        }
        if (requestId == null || requestId.isEmpty()) {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, "The FlowFile names no call: there is no Request ID");
        }
        return requestId;
    }

    private int parseStatus(final FlowFile flowFile) {
        final String status;
        try {
            status = statusCodes.evaluate(flowFile);
        } catch (final RuntimeException e) {
            // Expression Language fails with exceptions that are not part of the NiFi API.
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, "Status Code cannot be evaluated: " + e.getMessage(), e);
        }
        return (int) WholeNumber.parse(status, Integer.MAX_VALUE).orElseThrow(() -> new IoTHubException(FailureCategory.INVALID_CONTENT,
                "Status Code [%s] is not a whole number from 0 to %d, which is what callers can take".formatted(status, Integer.MAX_VALUE)));
    }

    private static byte[] read(final FlowFile flowFile, final ProcessSession session) {
        if (flowFile.getSize() > MAXIMUM_PAYLOAD) {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT,
                    "The content has %d bytes, the answer to a direct method can have %d".formatted(flowFile.getSize(), MAXIMUM_PAYLOAD));
        }
        try (InputStream content = session.read(flowFile)) {
            return toJson(content.readAllBytes());
        } catch (final IOException e) {
            throw new FlowFileAccessException("Content of %s cannot be read".formatted(flowFile), e);
        }
    }

    private static byte[] toJson(final byte[] content) {
        if (content.length == 0) {
            return content;
        }

        final JsonText json = JsonText.decode(content);
        JsonContent.read(json);
        return json.utf8();
    }

    private void settle(final HubRequest<Void> answer, final ProcessSession session) throws InterruptedException {
        final FlowFile flowFile = answer.flowFile();
        try {
            answer.await(WRITE_TIMEOUT);
        } catch (final IoTHubException e) {
            if (e.getCategory() == FailureCategory.INVALID_CONTENT) {
                tellCaller(answer, e);
            }
            getLogger().warn("The call for {} was not answered: {}", ShownText.value(flowFile), e.getMessage());
            session.transfer(session.putAllAttributes(flowFile, HubAnswer.describe(e)), REL_FAILURE);
            return;
        }

        final String methodName = flowFile.getAttribute(IoTHubAttributes.METHOD_NAME);
        session.getProvenanceReporter().send(flowFile, answer.connection().getEndpointUri() + "/methods" + (methodName == null ? "" : "/" + methodName),
                answer.getElapsedMillis());
        session.adjustCounter(COUNTER_ANSWERED, 1, false);
        session.transfer(flowFile, REL_SUCCESS);
    }

    /** Rather an honest 500 at once than a caller who waits for nothing. */
    private void tellCaller(final HubRequest<Void> answer, final IoTHubException reason) throws InterruptedException {
        if (answer.connection() == null) {
            return;
        }

        try {
            final String requestId = findRequestId(answer.flowFile());
            final byte[] body = JsonContent.write(JsonContent.createObject().put("message", reason.getMessage()));
            HubAnswer.await(answer.connection().respond(requestId, CANNOT_ANSWER, body), WRITE_TIMEOUT);
        } catch (final IoTHubException e) {
            getLogger().debug("The caller could not be told about {}", ShownText.value(answer.flowFile()), e);
        }
    }
}
