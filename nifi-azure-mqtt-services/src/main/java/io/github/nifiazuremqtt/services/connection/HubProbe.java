/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.services.mqtt.MqttQuality;
import io.github.nifiazuremqtt.services.mqtt.MqttSession;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.protocol.TwinTopics;

/**
 * Asks the hub for the twin before a suspected message is sent again: a request that counts against the quota as a message does, and changes nothing. Its
 * acknowledgment shows that the hub takes what is not to blame, on a connection as young as the one on which the message died.
 */
final class HubProbe implements MqttSession.Delivery {

    private static final String REQUEST_ID = "probe";

    private static final byte[] EMPTY = {};

    private final TelemetrySender sender;

    private final InFlightMessage suspect;

    private final long sentAgeNanos;

    private final Runnable publish;

    private HubProbe(final TelemetrySender sender, final InFlightMessage suspect, final Runnable publish) {
        this.sender = sender;
        this.suspect = suspect;
        this.publish = publish;
        sentAgeNanos = suspect.line().ageNanos();
    }

    /**
     * @param publish sends the suspect
     */
    static void send(final TelemetrySender sender, final InFlightMessage suspect, final Runnable publish) {
        suspect.line().session().publish(TwinTopics.get(REQUEST_ID), EMPTY, MqttQuality.AT_LEAST_ONCE, new HubProbe(sender, suspect, publish));
    }

    @Override
    public void delivered() {
        sender.probed(sentAgeNanos);
        publish.run();
    }

    @Override
    public void failed(final MqttSessionException reason) {
        suspect.failed(reason);
    }
}
