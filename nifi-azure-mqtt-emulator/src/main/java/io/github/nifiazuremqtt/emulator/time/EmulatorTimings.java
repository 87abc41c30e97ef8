/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.time;

import java.time.Duration;

/**
 * Every duration by which the emulated service acts, so that a test can live through an hour in a second.
 *
 * @param connectWait how long an accepted socket may take to send CONNECT
 * @param tokenSkew how far in the past the expiry of a token may lie at CONNECT
 * @param tokenGrace how long a live connection outlives its token
 * @param keepAliveCeiling longest silence allowed, whatever the client asked for
 * @param messageLock how long a cloud-to-device message stays locked without acknowledgement
 * @param messageTimeToLive how long a cloud-to-device message is kept when its sender does not say
 * @param methodResponseTimeout how long a caller of a direct method waits when it does not say
 * @param pollWindow the window over which the provisioning service counts polls
 */
public record EmulatorTimings(
        Duration connectWait,
        Duration tokenSkew,
        Duration tokenGrace,
        Duration keepAliveCeiling,
        Duration messageLock,
        Duration messageTimeToLive,
        Duration methodResponseTimeout,
        Duration pollWindow) {

    private static final EmulatorTimings REAL = new EmulatorTimings(
            Duration.ofSeconds(60), Duration.ofSeconds(300), Duration.ofSeconds(600), Duration.ofSeconds(1767),
            Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofSeconds(30), Duration.ofSeconds(10));

    /** The durations of the real service. */
    public static EmulatorTimings real() {
        return REAL;
    }

    /** The durations of the real service multiplied by a factor, for example 0.001 for milliseconds instead of seconds. */
    public static EmulatorTimings scaled(final double factor) {
        return new EmulatorTimings(
                scale(REAL.connectWait, factor), scale(REAL.tokenSkew, factor), scale(REAL.tokenGrace, factor), scale(REAL.keepAliveCeiling, factor),
                scale(REAL.messageLock, factor), scale(REAL.messageTimeToLive, factor), scale(REAL.methodResponseTimeout, factor),
                scale(REAL.pollWindow, factor));
    }

    private static Duration scale(final Duration duration, final double factor) {
        return Duration.ofNanos(Math.round(duration.toNanos() * factor));
    }

    public EmulatorTimings withConnectWait(final Duration value) {
        return new EmulatorTimings(value, tokenSkew, tokenGrace, keepAliveCeiling, messageLock, messageTimeToLive, methodResponseTimeout, pollWindow);
    }

    public EmulatorTimings withTokenSkew(final Duration value) {
        return new EmulatorTimings(connectWait, value, tokenGrace, keepAliveCeiling, messageLock, messageTimeToLive, methodResponseTimeout, pollWindow);
    }

    public EmulatorTimings withTokenGrace(final Duration value) {
        return new EmulatorTimings(connectWait, tokenSkew, value, keepAliveCeiling, messageLock, messageTimeToLive, methodResponseTimeout, pollWindow);
    }

    public EmulatorTimings withKeepAliveCeiling(final Duration value) {
        return new EmulatorTimings(connectWait, tokenSkew, tokenGrace, value, messageLock, messageTimeToLive, methodResponseTimeout, pollWindow);
    }

    public EmulatorTimings withMessageLock(final Duration value) {
        return new EmulatorTimings(connectWait, tokenSkew, tokenGrace, keepAliveCeiling, value, messageTimeToLive, methodResponseTimeout, pollWindow);
    }

    public EmulatorTimings withMessageTimeToLive(final Duration value) {
        return new EmulatorTimings(connectWait, tokenSkew, tokenGrace, keepAliveCeiling, messageLock, value, methodResponseTimeout, pollWindow);
    }

    public EmulatorTimings withMethodResponseTimeout(final Duration value) {
        return new EmulatorTimings(connectWait, tokenSkew, tokenGrace, keepAliveCeiling, messageLock, messageTimeToLive, value, pollWindow);
    }

    public EmulatorTimings withPollWindow(final Duration value) {
        return new EmulatorTimings(connectWait, tokenSkew, tokenGrace, keepAliveCeiling, messageLock, messageTimeToLive, methodResponseTimeout, value);
    }
}
