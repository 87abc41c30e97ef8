/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ShownText;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException.Kind;
import io.github.nifiazuremqtt.services.provisioning.RegistrationProbe;
import io.github.nifiazuremqtt.services.provisioning.RegistrationProbe.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;

/**
 * Tells of one attempt to connect to the Device Provisioning Service step by step, so that a person sees how far it came.
 */
final class ProvisioningVerification {

    static final String REGISTRATION_ID_ATTRIBUTE = "dps.registration.id";

    static final String CREDENTIALS_STEP = "Read Credentials";

    private static final Step TLS = new Step("Perform TLS Handshake", List.of(Kind.TLS));

    private static final Step CONNECT = new Step("Connect", List.of(Kind.REFUSED, Kind.TIMED_OUT, Kind.CLOSED, Kind.ENDED, Kind.INVALID));

    private static final List<Step> DIRECT = List.of(
            new Step("Resolve Host Name", List.of(Kind.UNKNOWN_HOST)), new Step("Open TCP Connection", List.of(Kind.UNREACHABLE)), TLS, CONNECT);

    /** The proxy looks up the name of the service and opens the connection to it. */
    private static final List<Step> BY_PROXY = List.of(
            new Step("Reach Proxy", List.of(Kind.PROXY_DOWN)),
            new Step("Ask Proxy", List.of(Kind.PROXY_REFUSED, Kind.PROXY_FOUND_NO_WAY, Kind.UNKNOWN_HOST, Kind.UNREACHABLE)), TLS, CONNECT);

    private final RegistrationProbe probe;

    private final Duration timeout;

    private final List<Step> steps;

    /**
     * @param proxy true if there is a proxy on the way
     */
    ProvisioningVerification(final RegistrationProbe probe, final Duration timeout, final boolean proxy) {
        this.probe = probe;
        this.timeout = timeout;
        steps = proxy ? BY_PROXY : DIRECT;
    }

    /**
     * @param registrationId as whom to connect, or null
     */
    List<ConfigVerificationResult> verify(final String registrationId) {
        if (registrationId == null || registrationId.isBlank()) {
            return List.of(result(CREDENTIALS_STEP, Outcome.SKIPPED, "To try a connection add the attribute %s with a registration id to the verification"
                    .formatted(REGISTRATION_ID_ATTRIBUTE)));
        }

        final List<ConfigVerificationResult> results = new ArrayList<>();
        try {
            final Optional<Refusal> refusal = probe.connect(registrationId, timeout);
            results.add(result(CREDENTIALS_STEP, Outcome.SUCCESSFUL, "There are credentials for registration [%s]".formatted(registrationId)));
            addSteps(results, registrationId, refusal.orElse(null));
        } catch (final IoTHubException e) {
            results.add(result(CREDENTIALS_STEP, Outcome.FAILED, e.getMessage()));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            results.add(result(CREDENTIALS_STEP, Outcome.SKIPPED, "Verification was interrupted"));
        }
        return results;
    }

    private void addSteps(final List<ConfigVerificationResult> results, final String registrationId, final Refusal refusal) {
        boolean failed = false;
        for (final Step step : steps) {
            final boolean fails = refusal != null && step.kinds().contains(refusal.kind());
            if (fails) {
                results.add(result(step.name(), Outcome.FAILED, refusal.text()));
            } else if (failed) {
                results.add(result(step.name(), Outcome.SKIPPED, "A step before failed"));
            } else {
                results.add(result(step.name(), Outcome.SUCCESSFUL, step == CONNECT ? """
                        Connected as registration [%s]. The service looks at a key only when a device registers, so a wrong one shows there; \
                        a certificate is accepted now\
                        """.formatted(registrationId) : "Done"));
            }
            failed |= fails;
        }
    }

    private static ConfigVerificationResult result(final String step, final Outcome outcome, final String explanation) {
        return new ConfigVerificationResult.Builder().verificationStepName(step).outcome(outcome).explanation(ShownText.sentence(explanation)).build();
    }

    private record Step(String name, List<Kind> kinds) {
    }
}
