/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ProvisioningRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessSession;

/**
 * Registers one device for each FlowFile.
 */
final class FlowFileRegistrations {

    private static final Set<String> WRITTEN_ATTRIBUTES = Set.of(IoTHubAttributes.REGISTRATION_STATUS, IoTHubAttributes.REGISTRATION_SUBSTATUS,
            IoTHubAttributes.OPERATION_ID, IoTHubAttributes.FAILURE_REASON, IoTHubAttributes.STATUS_CODE, IoTHubAttributes.ERROR_CODE,
            IoTHubAttributes.TRACKING_ID);

    private final RegistrationSettings settings;

    private final ProcessSession session;

    private final Hindrances setbacks = new Hindrances();

    private int assigned;

    private int refused;

    FlowFileRegistrations(final RegistrationSettings settings, final ProcessSession session) {
        this.settings = settings;
        this.session = session;
    }

    /**
     * @return why FlowFiles stay in the queue
     */
    Hindrances register(final RegistrationBatch batch) throws InterruptedException {
        final List<PendingFlowFile> pending = new ArrayList<>();
        for (final FlowFile flowFile : session.get(RegisterWithDPS.BATCH_SIZE)) {
            pending.add(begin(flowFile, batch));
        }
        batch.await();
        pending.forEach(this::settle);
        adjustCounter(RegisterWithDPS.COUNTER_REGISTERED, assigned);
        adjustCounter(RegisterWithDPS.COUNTER_REFUSED, refused);
        return setbacks;
    }

    private PendingFlowFile begin(final FlowFile flowFile, final RegistrationBatch batch) {
        String registrationId = null;
        try {
            registrationId = settings.registrationId(flowFile);
            if (registrationId == null || registrationId.isEmpty()) {
                throw new IoTHubException(FailureCategory.INVALID_CONTENT, "Registration ID is empty for this FlowFile");
            }
            final ProvisioningRequest request = new ProvisioningRequest(registrationId, readPayload(flowFile, registrationId));
            return new PendingFlowFile(flowFile, registrationId, batch.register(request));
        } catch (final IoTHubException e) {
            return new PendingFlowFile(flowFile, registrationId, CompletableFuture.completedFuture(RegistrationOutcome.refused(e)));
        }
    }

    private byte[] readPayload(final FlowFile flowFile, final String registrationId) {
        if (!settings.isPayloadContent()) {
            return settings.propertyPayload(flowFile);
        }

        RegistrationSettings.requirePayloadSize(registrationId, flowFile.getSize());
        try (InputStream content = session.read(flowFile)) {
            final JsonText json = JsonText.decode(content.readAllBytes());
            JsonContent.readObject(json);
            return json.utf8();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void settle(final PendingFlowFile pending) {
        final RegistrationOutcome outcome = pending.outcome().join();
        if (outcome.isTransient()) {
            setbacks.add(pending.registrationId(), 1, outcome.failure());
            session.transfer(session.penalize(pending.flowFile()));
            return;
        }

        final Map<String, String> attributes = outcome.toAttributes();
        if (pending.registrationId() != null) {
            setbacks.addDone(pending.registrationId());
            attributes.put(IoTHubAttributes.REGISTRATION_ID, pending.registrationId());
        }
        final Set<String> outdated = new HashSet<>(WRITTEN_ATTRIBUTES);
        outdated.removeAll(attributes.keySet());
        final FlowFile flowFile = session.removeAllAttributes(session.putAllAttributes(pending.flowFile(), attributes), outdated);
        if (outcome.isAssigned()) {
            assigned++;
            succeed(flowFile, outcome);
        } else {
            refused++;
            session.transfer(flowFile, RegisterWithDPS.REL_FAILURE);
        }
    }

    private void succeed(final FlowFile flowFile, final RegistrationOutcome outcome) {
        final FlowFile written = session.putAttribute(session.write(flowFile, out -> out.write(outcome.result().json())), "mime.type", "application/json");
        session.getProvenanceReporter().send(written, settings.service().getEndpointUri() + "/registrations/" + outcome.result().registrationId(),
                outcome.durationMillis());
        session.transfer(written, RegisterWithDPS.REL_SUCCESS);
    }

    private void adjustCounter(final String name, final int delta) {
        if (delta > 0) {
            session.adjustCounter(name, delta, false);
        }
    }

    /**
     * @param registrationId null if there is none
     */
    private record PendingFlowFile(FlowFile flowFile, String registrationId, CompletableFuture<RegistrationOutcome> outcome) {
    }
}
