/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.AccessToken;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.mqtt.ConnectSettings;
import io.github.nifiazuremqtt.services.mqtt.MqttSession;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionFactory;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionListener;
import io.github.nifiazuremqtt.services.protocol.ConnectIdentifiers;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import io.github.nifiazuremqtt.services.protocol.ProductInfo;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One CONNECT to a hub with one credential (contract section 1.2).
 */
public final class HubConnect {

    private final ConnectionSettings settings;

    private final MqttSessionFactory sessions;

    private final ConnectFailures failures;

    public HubConnect(final ConnectionSettings settings, final MqttSessionFactory sessions, final InstantSource clock) {
        this.settings = settings;
        this.sessions = sessions;
        failures = new ConnectFailures(settings.transport(), clock);
    }

    /**
     * Connects.
     *
     * @return fails with {@link IoTHubException}, whose text names the cure
     */
    public CompletableFuture<Accepted> connect(final DeviceIdentity identity, final HostAddress hub, final DeviceCredential credential,
                                               final MqttSessionListener listener) {
        final AccessToken token = credential.createAccessToken().orElse(null);
        final ConnectIdentifiers identifiers = ConnectIdentifiers.hub(hub.host(), identity, ProductInfo.TEXT, settings.modelId());
        final MqttSession session = sessions.create(new ConnectSettings(
                settings.transport().endpoint(hub, credential.findKeyManager().orElse(null)), identifiers.clientId(), identifiers.userName(),
                token == null ? null : token.value(), settings.keepAlive(), false, settings.connackTimeout()), listener);
        final CompletableFuture<Accepted> accepted = new CompletableFuture<>();
        session.connect().whenComplete((sessionPresent, failure) -> {
            if (failure == null) {
                accepted.complete(new Accepted(session, token));
            } else {
                accepted.completeExceptionally(translate(identity, hub, credential, token, failure));
            }
        });
        return accepted;
    }

    /** What goes wrong with the words is told instead of them: whoever waits must hear something. */
    private Exception translate(final DeviceIdentity identity, final HostAddress hub, final DeviceCredential credential, final AccessToken token,
                                final Throwable failure) {
        try {
            return failures.translate(identity, hub, credential, token, sessionFailure(failure));
        } catch (final RuntimeException e) {
            e.addSuppressed(failure);
            return e;
        }
    }

    private static MqttSessionException sessionFailure(final Throwable failure) {
        return failure instanceof MqttSessionException known ? known
                : new MqttSessionException(MqttSessionException.Kind.UNREACHABLE, "CONNECT failed: " + failure.getMessage(), failure);
    }

    /**
     * An accepted CONNECT.
     *
     * @param session open session
     * @param token   token of the CONNECT, or null for a certificate
     */
    public record Accepted(MqttSession session, AccessToken token) {

        public Optional<AccessToken> findToken() {
            return Optional.ofNullable(token);
        }
    }
}
