/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.connection.ConnectionStateMachine.LossVerdict;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import java.util.List;
import java.util.Optional;

/**
 * What the end of a connection that this side did not want means for the messages that were on it.
 *
 * @param undelivered messages, in the order in which they were sent
 * @param guilty      id of the message that the hub does not like, if it is found
 * @param reason      why the others failed
 * @param refusal     why the guilty one failed
 */
record Loss(List<InFlightMessage> undelivered, Optional<String> guilty, IoTHubException reason, Optional<IoTHubException> refusal) {

    static Loss judge(final OpenLine line, final ConnectionStateMachine machine, final TelemetrySender sender, final MqttSessionException ending) {
        final List<InFlightMessage> undelivered = line.settle();
        final List<InFlightMessage> acknowledged = undelivered.stream().filter(InFlightMessage::isAcknowledged).toList();
        final List<Suspicion.Sent> sent = acknowledged.stream().filter(InFlightMessage::isSent).map(InFlightMessage::toSent).toList();
        final Optional<String> guilty = sender.suspicion().closed(sent, sent.size() < acknowledged.size());
        final List<String> inFlight = acknowledged.stream().map(InFlightMessage::deliveryId).toList();
        final LossVerdict verdict = machine.judgeLoss(inFlight.size(), guilty.isPresent() || sender.suspicion().explains(inFlight));
        if (guilty.isPresent()) {
            machine.explained();
        }
        return new Loss(undelivered, guilty, LossReasons.describe(sender.identity(), verdict, undelivered.size(), ending),
                guilty.map(message -> LossReasons.refused(sender.identity(), message)));
    }

    /** Tells those who wait for the messages. */
    void settle() {
        undelivered.forEach(message -> message.settle(guilty.filter(message.deliveryId()::equals).flatMap(id -> refusal).orElse(reason)));
    }
}
