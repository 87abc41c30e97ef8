/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.services.mqtt.IncomingMessage;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionListener;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One session of a link, from its CONNECT to its end. Changed only under the lock of the link; what was opened stays as it is.
 */
final class LinkSession implements MqttSessionListener, SessionSource {

    private final DeviceLink link;

    private final ConnectionContext context;

    private OpenedSession opened;

    private OpenLine line;

    private MqttSessionException earlyEnd;

    private boolean connecting;

    private final AtomicBoolean leaving = new AtomicBoolean();

    private final CompletableFuture<Void> left = new CompletableFuture<>();

    LinkSession(final DeviceLink link, final ConnectionContext context) {
        this.link = link;
        this.context = context;
    }

    @Override
    public void received(final IncomingMessage message) {
        link.inbound().received(this, message.whenAcknowledged(() -> link.gotThrough(this)));
    }

    @Override
    public void closed(final MqttSessionException reason) {
        link.onClosed(this, reason);
    }

    @Override
    public String hostName() {
        return link.hubHost();
    }

    @Override
    public String endpointUri() {
        return link.endpointUri();
    }

    @Override
    public Instant now() {
        return context.clock().instant();
    }

    @Override
    public void replace() {
        link.renewal().replace(this);
    }

    /** CONNECT is sent now: the session is left only when it is known what became of it. */
    void connecting() {
        connecting = true;
    }

    /** Neither a CONNECT nor an open connection of this session is on the wire any more. */
    void over() {
        left.complete(null);
    }

    /**
     * @return completes when no CONNECT of this session can reach the hub any more, for one that does not get open
     */
    CompletableFuture<Void> left() {
        return connecting ? left : CompletableFuture.completedFuture(null);
    }

    /**
     * @return true for the first caller
     */
    boolean startLeaving() {
        return leaving.compareAndSet(false, true);
    }

    void open(final OpenedSession session) {
        opened = session;
        line = new OpenLine(session.session());
    }

    boolean isOpen() {
        return line != null;
    }

    OpenedSession opened() {
        return opened;
    }

    OpenLine line() {
        return line;
    }

    /** Keeps an end that is heard of before the link knows that the session is open. */
    void endEarly(final MqttSessionException reason) {
        earlyEnd = reason;
    }

    /**
     * @return why it has ended already, or null
     */
    MqttSessionException earlyEnd() {
        return earlyEnd;
    }
}
