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
import java.util.function.LongSupplier;

/**
 * Owns the state of one connection: which change is possible when, how long to wait after a failure, and what a failure means in the light of those before
 * it. Does nothing itself. Not thread-safe.
 */
final class ConnectionStateMachine {

    /** A connection that ends sooner after its CONNACK did not end by chance if it happens again and again. */
    static final Duration SHORT_LIFE = Duration.ofSeconds(10);

    /** So many short lives in a row, in none of which anything got through in either direction, mean that another client connects as the same identity. */
    static final int TAKEOVER_LIVES = 5;

    /**
     * So many short lives in a row are worth telling. If something got through on one of them the line works now and then: it takes as many without anything
     * until they mean another client.
     */
    static final int UNSTEADY_LIVES = 20;

    /** So many connections in a row on which nothing was acknowledged, although something was sent, look like a quota. */
    static final int FRUITLESS_LIVES = 3;

    private final InstantSource clock;

    private final LongSupplier nanoTime;

    private final ReconnectDelay delay;

    private ConnectionState state = ConnectionState.NEW;

    private Instant since;

    private long connectedNanos;

    private Instant nextAttempt;

    private IoTHubException lastFailure;

    private boolean proven;

    private boolean resting;

    private LossVerdict verdict = LossVerdict.LOST;

    private int shortLives;

    /** Something got through since the first of these short lives. */
    private boolean fruitful;

    private int idleLives;

    private int fruitlessLives;

    /**
     * @param clock    tells people since when
     * @param nanoTime measures how long
     */
    ConnectionStateMachine(final InstantSource clock, final LongSupplier nanoTime, final ReconnectDelay delay) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.delay = delay;
        since = clock.instant();
    }

    /**
     * NEW to CONNECTING, or WAITING if it rests. One that waits for its time goes on waiting: a new lease is no reason to try sooner.
     *
     * @return true if a connection is to be made now
     */
    boolean open() {
        return (state == ConnectionState.NEW || resting) && enter(ConnectionState.CONNECTING);
    }

    /**
     * The time is over and nobody needs a connection: {@link #open} makes the next.
     */
    void rest() {
        if (state == ConnectionState.WAITING) {
            resting = true;
            nextAttempt = null;
        }
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
                connectedNanos = nanoTime.getAsLong();
                proven = false;
                yield enter(ConnectionState.CONNECTED);
            }
            case NEW, CONNECTED, WAITING, CLOSED -> false;
        };
    }

    /**
     * Something got through, in either direction: the connection works.
     */
    void gotThrough() {
        proven = true;
        fruitful = true;
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
            default -> verdict == LossVerdict.UNSTEADY ? delay.nextUnsteady() : delay.next();
        };
        verdict = LossVerdict.LOST;
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
        final boolean shortLife = nanoTime.getAsLong() - connectedNanos < SHORT_LIFE.toNanos();
        shortLives = shortLife ? shortLives + 1 : 0;
        idleLives = shortLife && !proven ? idleLives + 1 : 0;
        fruitlessLives = shortLife && inFlight > 0 && !proven ? fruitlessLives + 1 : 0;
        if (!shortLife) {
            fruitful = false;
            delay.reset();
        }
        verdict = findVerdict(suspicion);
        return verdict;
    }

    private LossVerdict findVerdict(final boolean suspicion) {
        if (idleLives >= (fruitful ? UNSTEADY_LIVES : TAKEOVER_LIVES) && !suspicion) {
            return LossVerdict.TAKEN_OVER;
        }
        if (fruitlessLives >= FRUITLESS_LIVES) {
            return LossVerdict.FRUITLESS;
        }
        return isUnsteady() && !suspicion ? LossVerdict.UNSTEADY : LossVerdict.LOST;
    }

    /**
     * @return true if the last connections all ended within seconds, and nothing else is to be told of that
     */
    boolean isUnsteady() {
        return shortLives >= UNSTEADY_LIVES;
    }

    /**
     * @return true if the last connection that ended had lived for a while
     */
    boolean wasSteady() {
        return shortLives == 0;
    }

    /**
     * What made the connection end is found: the short lives before say nothing about other clients or a quota.
     */
    void explained() {
        shortLives = 0;
        fruitful = false;
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
        resting = false;
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

        /** The last connections all ended within seconds, although something got through: a poor line, or another client. */
        UNSTEADY,

        /** Another client uses the identity. */
        TAKEN_OVER
    }
}
