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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.processor.ProcessContext;

/**
 * Asks the live connection of a device how it is: a second connection, made for the question, would end the first.
 */
final class ConnectionVerification {

    static final String IDENTITY_STEP = "Device Identity";

    static final String CONNECTION_STEP = "Connection";

    private static final String STEP_BY_STEP = "To see how far it comes disable the %s and use its Verify, with the attribute %s: it goes the way step by step"
            .formatted(IoTHubProperties.CONNECTION_SERVICE.getName(), IoTHubAttributes.DEVICE_ID);

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ProcessContext context;

    private final List<ConfigVerificationResult> results = new ArrayList<>();

    ConnectionVerification(final ProcessContext context) {
        this.context = context;
    }

    /**
     * @param attributes what a FlowFile would bring along
     */
    List<ConfigVerificationResult> verify(final Map<String, String> attributes) {
        final IoTHubConnectionService service = context.getProperty(IoTHubProperties.CONNECTION_SERVICE).asControllerService(IoTHubConnectionService.class);
        final DeviceIdentity identity;
        try {
            identity = IdentityExpression.of(context, service).evaluate(attributes);
            add(IDENTITY_STEP, Outcome.SUCCESSFUL, "[%s]".formatted(identity));
        } catch (final RuntimeException e) {
            add(IDENTITY_STEP, Outcome.FAILED, e.getMessage());
            add(CONNECTION_STEP, Outcome.SKIPPED, "No device to connect");
            return results;
        }

        try (DeviceConnection connection = service.acquire(identity)) {
            addStatus(identity, connection.awaitConnected(LIMIT));
        } catch (final IoTHubException e) {
            add(CONNECTION_STEP, Outcome.FAILED, e.getMessage());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            add(CONNECTION_STEP, Outcome.SKIPPED, "Interrupted");
        }
        return results;
    }

    private void addStatus(final DeviceIdentity identity, final ConnectionStatus status) {
        final String host = status.findHostName().map(" to "::concat).orElse("");
        if (status.isOpen()) {
            final String expiration = status.findTokenExpiration().map(", its token ends at %s and is renewed before"::formatted).orElse("");
            add(CONNECTION_STEP, Outcome.SUCCESSFUL, "[%s] is connected%s since %s%s".formatted(identity, host, status.since(), expiration));
            return;
        }

        final String reason = status.findLastFailure().map(IoTHubException::getMessage)
                .orElse("neither a connection nor a refusal within %d seconds; something on the way does not answer".formatted(LIMIT.toSeconds()));
        final String next = status.findNextAttempt().map(". The next attempt is made at %s"::formatted).orElse("");
        add(CONNECTION_STEP, Outcome.FAILED, "[%s] is not connected%s: %s%s. %s".formatted(identity, host, reason, next, STEP_BY_STEP));
    }

    private void add(final String step, final Outcome outcome, final String explanation) {
        results.add(new ConfigVerificationResult.Builder().verificationStepName(step).outcome(outcome).explanation(ShownText.sentence(explanation)).build());
    }
}
