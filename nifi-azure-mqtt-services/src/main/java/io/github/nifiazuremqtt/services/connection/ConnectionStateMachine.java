/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.ConnectionState;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Owns the state of one connection: which change is possible when, how long to wait after a failure, and what a failure means in the light of those before
 * it. Does nothing itself. Not thread-safe.
 */
final class ConnectionStateMachine {

    /** A connection that ends sooner after its CONNACK did not end by chance if it happens again and again. */
    static final Duration SHORT_LIFE = Duration.ofSeconds(10);

    /** So many short lives in a row, in which nothing was acknowledged, mean that another client connects as the same identity. */
    static final int TAKEOVER_LIVES = 5;

    /** So many short lives in a row mean it even if messages got through: a poor line breaks every few seconds too, and what gets through is worth trying. */
    static final int BUSY_TAKEOVER_LIVES = 20;

    /** So many connections in a row on which nothing was acknowledged, although something was sent, look like a quota. */
    static final int FRUITLESS_LIVES = 3;

    private final InstantSource clock;

    private final ReconnectDelay delay;

    private ConnectionState state = ConnectionState.NEW;

    private Instant since;

    private Instant connectedAt;

    private Instant nextAttempt;

    private IoTHubException lastFailure;

    private boolean proven;

    private int shortLives;

    private int idleLives;

    private int fruitlessLives;

    ConnectionStateMachine(final InstantSource clock, final ReconnectDelay delay) {
        this.clock = clock;
        this.delay = delay;
        since = clock.instant();
    }

    /**
     * NEW to CONNECTING. One that waits goes on waiting: a new lease is no reason to try sooner.
     *
     * @return true if a connection is to be made now
     */
    boolean open() {
        return state == ConnectionState.NEW && enter(ConnectionState.CONNECTING);
    }

    /**
     * WAITING to CONNECTING, when the time is over.
     *
     * @return true if a connection is to be made now
     */
    boolean retry() {
        return state == ConnectionState.WAITING && enter(ConnectionState.CONNECTING);
    }

    /**
     * CONNECTING or RENEWING to CONNECTED. The delay stays as it is: a hub whose quota is used up accepts the CONNECT and cuts the first send.
     *
     * @return false if nobody wants the connection any more
     */
    boolean connected() {
        return switch (state) {
            case CONNECTING, RENEWING -> {
                connectedAt = clock.instant();
                proven = false;
                yield enter(ConnectionState.CONNECTED);
            }
            case NEW, CONNECTED, WAITING, CLOSED -> false;
        };
    }

    /**
     * The hub has acknowledged or answered something: the connection works.
     */
    void acknowledged() {
        proven = true;
        fruitlessLives = 0;
        delay.reset();
    }

    /**
     * CONNECTED to RENEWING.
     *
     * @return false if there is no open connection to renew
     */
    boolean renew() {
        return state == ConnectionState.CONNECTED && enter(ConnectionState.RENEWING);
    }

    /**
     * CONNECTING, CONNECTED or RENEWING to WAITING.
     *
     * @return how long to wait
     */
    Duration failed(final IoTHubException reason) {
        final Duration wait = switch (reason.getCategory()) {
            case UNAUTHORIZED, REFUSED, TAKEN_OVER -> delay.nextLong();
            case INVALID_CONFIGURATION -> isFoundHere(reason) ? delay.nextLocal() : delay.nextLong();
            default -> delay.next();
        };
        lastFailure = reason;
        enter(ConnectionState.WAITING);
        nextAttempt = since.plus(wait);
        return wait;
    }

    /** Nobody was asked: neither the hub nor a proxy, which locks an account after a few wrong passwords. */
    private static boolean isFoundHere(final IoTHubException reason) {
        return !(reason.getCause() instanceof MqttSessionException);
    }

    /**
     * Judges the end of an open connection that this side did not want; {@link #failed} follows with the result.
     *
     * @param inFlight  number of messages that were not acknowledged
     * @param suspicion true if one of these messages may be what the hub does not like
     */
    LossVerdict judgeLoss(final int inFlight, final boolean suspicion) {
        final boolean shortLife = Duration.between(connectedAt, clock.instant()).compareTo(SHORT_LIFE) < 0;
        shortLives = shortLife ? shortLives + 1 : 0;
        idleLives = shortLife && !proven ? idleLives + 1 : 0;
        fruitlessLives = shortLife && inFlight > 0 && !proven ? fruitlessLives + 1 : 0;
        if (!shortLife) {
            delay.reset();
        }

        if ((idleLives >= TAKEOVER_LIVES || shortLives >= BUSY_TAKEOVER_LIVES) && !suspicion) {
            return LossVerdict.TAKEN_OVER;
        }
        return fruitlessLives >= FRUITLESS_LIVES ? LossVerdict.FRUITLESS : LossVerdict.LOST;
    }

    /**
     * What made the connection end is found: the short lives before say nothing about other clients or a quota.
     */
    void explained() {
        shortLives = 0;
        idleLives = 0;
        fruitlessLives = 0;
    }

    /**
     * Any state to CLOSED, for good.
     *
     * @return false if it was closed before
     */
    boolean close() {
        return state != ConnectionState.CLOSED && enter(ConnectionState.CLOSED);
    }

    private boolean enter(final ConnectionState next) {
        state = next;
        since = clock.instant();
        nextAttempt = null;
        return true;
    }

    ConnectionState state() {
        return state;
    }

    Instant since() {
        return since;
    }

    Instant nextAttempt() {
        return nextAttempt;
    }

    IoTHubException lastFailure() {
        return lastFailure;
    }

    boolean isProven() {
        return proven;
    }

    /** What the end of a connection means. */
    enum LossVerdict {

        /** An ordinary end. */
        LOST,

        /** The last connections all ended on the first messages. */
        FRUITLESS,

        /** Another client uses the identity. */
        TAKEN_OVER
    }
}
