/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import io.github.nifiazuremqtt.api.AccessToken;
import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.services.mqtt.ConnectSettings;
import io.github.nifiazuremqtt.services.mqtt.ServerEndpoint;
import io.github.nifiazuremqtt.services.mqtt.TlsSettings;
import io.github.nifiazuremqtt.services.protocol.ConnectIdentifiers;
import io.github.nifiazuremqtt.services.protocol.ProvisioningApiVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Makes the CONNECT of a registration (contract section 8.1) from the credentials of its device.
 */
final class SessionPlanner {

    /** Longer than any wait between two requests, so that a session sends no PINGREQ without need. */
    private static final Duration KEEP_ALIVE = Duration.ofMinutes(4);

    /** The service lets clients wait under load. */
    private static final Duration CONNACK_TIMEOUT = Duration.ofSeconds(60);

    private final RegistrarSettings settings;

    private final Function<CredentialTarget, List<DeviceCredential>> credentials;

    /**
     * @param credentials gives the credentials of a registration, preferred one first
     */
    SessionPlanner(final RegistrarSettings settings, final Function<CredentialTarget, List<DeviceCredential>> credentials) {
        this.settings = settings;
        this.credentials = credentials;
    }

    /**
     * @param index 0 for the preferred credential, 1 for the one after it
     * @throws io.github.nifiazuremqtt.api.IoTHubException if there can be no credentials
     */
    SessionPlan plan(final String registrationId, final int index, final ProvisioningApiVersion version) {
        final List<DeviceCredential> candidates = credentials.apply(CredentialTarget.registration(settings.idScope(), registrationId));
        final int chosen = Math.min(index, candidates.size() - 1);
        final DeviceCredential credential = candidates.get(chosen);
        final Optional<AccessToken> token = credential.createAccessToken();
        final String triedLabels = candidates.stream().limit(chosen + 1).map(DeviceCredential::getLabel).collect(Collectors.joining(" or the "));

        final ConnectIdentifiers identifiers = ConnectIdentifiers.provisioning(settings.idScope(), registrationId, version, settings.productInfo());
        final ConnectSettings connect = new ConnectSettings(withKeyManager(settings.endpoint(), credential.findKeyManager().orElse(null)),
                identifiers.clientId(), identifiers.userName(), token.map(AccessToken::value).orElse(null), KEEP_ALIVE, true, CONNACK_TIMEOUT);
        return new SessionPlan(new Applicant(registrationId, settings.idScope(), triedLabels, token.map(AccessToken::expiration).orElse(null),
                credential.findRefusalHint().orElse(null)), connect,
                chosen == candidates.size() - 1, version);
    }

    private static ServerEndpoint withKeyManager(final ServerEndpoint endpoint, final X509ExtendedKeyManager keyManager) {
        return new ServerEndpoint(endpoint.host(), endpoint.port(), new TlsSettings(endpoint.tls().trustManager(), keyManager), endpoint.webSocket(),
                endpoint.proxy(), endpoint.connectTimeout());
    }
}
