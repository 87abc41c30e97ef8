/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import io.github.nifiazuremqtt.emulator.mqtt.ConnectOutcome;
import io.github.nifiazuremqtt.emulator.mqtt.ConnectRequest;
import io.github.nifiazuremqtt.emulator.mqtt.MqttConnection;
import io.github.nifiazuremqtt.emulator.mqtt.Refusal;
import io.github.nifiazuremqtt.emulator.mqtt.ServiceRole;
import java.util.Optional;

/** The provisioning service behind an endpoint, alone or beside hubs. */
public final class ProvisioningRole implements ServiceRole {

    private static final int NOT_AUTHORIZED = 5;
    private static final int ROW_USER_NAME = 64;
    private static final int ROW_IDENTITY = 65;
    private static final int ROW_CERTIFICATE = 68;

    private final ProvisioningService service;
    private final boolean alone;

    /**
     * Puts a service behind an endpoint.
     *
     * @param service the service
     * @param alone whether nobody else is there, so that every CONNECT is meant for it
     */
    public ProvisioningRole(final ProvisioningService service, final boolean alone) {
        this.service = service;
        this.alone = alone;
    }

    @Override
    public boolean recognizes(final ConnectRequest request) {
        return alone || request.userName() != null && ProvisioningUserName.isMeantBy(request.userName());
    }

    /** Some clients use the path of the hub, others none; Microsoft's Java client leaves it to a library that then says {@code /mqtt}. */
    @Override
    public boolean takesPath(final String path) {
        return ServiceRole.super.takesPath(path) || path.equals("/") || path.equals("/mqtt");
    }

    @Override
    public ConnectOutcome connect(final ConnectRequest request, final MqttConnection connection) {
        final Optional<ProvisioningUserName> parsed = Optional.ofNullable(request.userName()).flatMap(ProvisioningUserName::parse);
        if (parsed.isEmpty()) {
            return refused(ROW_USER_NAME, "the user name is missing or unreadable");
        }

        final ProvisioningUserName userName = parsed.get();
        if (userName.hubStyle() && !service.isOn(DpsSwitch.HUB_STYLE_USER_NAME)) {
            return refused(ROW_USER_NAME, "the user name has a question mark, as for a hub");
        }

        if (userName.apiVersion().isEmpty() && !service.isOn(DpsSwitch.USER_NAME_WITHOUT_API_VERSION)) {
            return refused(ROW_USER_NAME, "the user name has no API version");
        }

        if (userName.knowsConnectionProfiles() && service.isOn(DpsSwitch.PREVIEW_API_REFUSED)) {
            return refused(ROW_USER_NAME, "the API version [%s] is unknown here".formatted(userName.apiVersion()));
        }

        if (!request.clientId().equals(userName.registrationId())) {
            return refused(ROW_IDENTITY, "the client id is not the registration id of the user name");
        }

        if (!userName.idScope().equals(service.idScope()) && !service.isOn(DpsSwitch.UNKNOWN_SCOPE_AT_REGISTRATION)) {
            return refused(ROW_IDENTITY, "the id scope [%s] is unknown".formatted(userName.idScope()));
        }

        final Claim claim = new Claim(userName.idScope(), userName.registrationId(), request.passwordText(), request.clientCertificates());
        return accepted(userName, claim, connection);
    }

    /** A token is judged when the device registers, a certificate here. */
    private ConnectOutcome accepted(final ProvisioningUserName userName, final Claim claim, final MqttConnection connection) {
        if (!claim.isToken() && claim.certificates().isEmpty()) {
            return refused(ROW_CERTIFICATE, "neither password nor client certificate");
        }

        if (!claim.isToken() && !service.isOn(DpsSwitch.CERTIFICATE_REFUSED_AT_REGISTRATION)) {
            try {
                service.attest(claim);
            } catch (final ProvisioningRefusedException e) {
                return refused(e.row(), e.getMessage());
            }
        }

        final ProvisioningSession session = new ProvisioningSession(service, userName, claim, connection);
        return new ConnectOutcome.Accepted(session, false, service.open(session));
    }

    private static ConnectOutcome refused(final int row, final String reason) {
        return new ConnectOutcome.Refused(NOT_AUTHORIZED, new Refusal(row, reason));
    }
}
