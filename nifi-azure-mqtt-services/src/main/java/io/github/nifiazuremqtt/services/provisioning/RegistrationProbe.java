/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.services.mqtt.IncomingMessage;
import io.github.nifiazuremqtt.services.mqtt.MqttSession;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException.Kind;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionFactory;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionListener;
import io.github.nifiazuremqtt.services.protocol.ProvisioningApiVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Connects as a registration and disconnects again, without registering.
 */
public final class RegistrationProbe {

    private final SessionPlanner planner;

    private final MqttSessionFactory sessions;

    /**
     * @param credentials gives the credentials of a registration
     */
    public RegistrationProbe(final RegistrarSettings settings, final Function<CredentialTarget, List<DeviceCredential>> credentials,
                             final MqttSessionFactory sessions) {
        planner = new SessionPlanner(settings, credentials);
        this.sessions = sessions;
    }

    /**
     * @return what went wrong; empty if the service accepted the connection
     * @throws io.github.nifiazuremqtt.api.IoTHubException if there can be no credentials
     */
    public Optional<Refusal> connect(final String registrationId, final Duration timeout) throws InterruptedException {
        final Optional<Refusal> refusal = connect(planner.plan(registrationId, 0, ProvisioningApiVersion.WITH_CONNECTION_PROFILE), timeout);
        return refusal.isPresent() && refusal.get().kind() == Kind.REFUSED
                ? connect(planner.plan(registrationId, 0, ProvisioningApiVersion.CLASSIC), timeout) : refusal;
    }

    private Optional<Refusal> connect(final SessionPlan plan, final Duration timeout) throws InterruptedException {
        final MqttSession session = sessions.create(plan.settings(), new Deaf());
        try {
            session.connect().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return Optional.empty();
        } catch (final TimeoutException e) {
            return Optional.of(refusal(plan, new MqttSessionException(Kind.TIMED_OUT, "No CONNACK", e)));
        } catch (final ExecutionException e) {
            return Optional.of(refusal(plan, e.getCause() instanceof MqttSessionException reason ? reason
                    : new MqttSessionException(Kind.UNREACHABLE, String.valueOf(e.getCause().getMessage()), e.getCause())));
        } finally {
            session.disconnect();
        }
    }

    private static Refusal refusal(final SessionPlan plan, final MqttSessionException reason) {
        return new Refusal(reason.getKind(), new ConnectFailure(plan.applicant(), plan.settings().endpoint()).of(reason).getMessage());
    }

    /**
     * Why the connection was not made.
     *
     * @param kind what failed
     * @param text reason and cure
     */
    public record Refusal(Kind kind, String text) {
    }

    /** Nothing is asked, so nothing comes. */
    private static final class Deaf implements MqttSessionListener {

        @Override
        public void received(final IncomingMessage message) {
            message.acknowledge();
        }

        @Override
        public void closed(final MqttSessionException reason) {
            // The answer to CONNECT was what mattered.
        }
    }
}
