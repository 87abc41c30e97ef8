/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What tests have prescribed, for one registration id or for {@link #ANYONE}. What is prescribed for one goes before what is for anyone. */
public final class Scripts {

    /** Stands for all registration ids. */
    public static final String ANYONE = "*";

    private final Map<String, Deque<ScriptedAnswer>> registerAnswers = new HashMap<>();
    private final Map<String, Deque<ScriptedAnswer>> pollAnswers = new HashMap<>();
    private final Map<String, Registration> endings = new HashMap<>();
    private final Map<String, String> connectionProfiles = new HashMap<>();

    /** Answers the next requests to register. */
    public synchronized Scripts onRegister(final String registrationId, final ScriptedAnswer answer, final int times) {
        add(registerAnswers, registrationId, answer, times);
        return this;
    }

    /** Answers the next polls of an operation. */
    public synchronized Scripts onPoll(final String registrationId, final ScriptedAnswer answer, final int times) {
        add(pollAnswers, registrationId, answer, times);
        return this;
    }

    /** Lets registrations end in a state of one's choice, such as {@code failed} with 400207, until {@link #clear}. */
    public synchronized Scripts end(final String registrationId, final String status, final int errorCode, final String errorMessage) {
        endings.put(key(registrationId), new Registration("", "", status, "", "", "", null, errorCode, errorMessage, "", null, null, 0));
        return this;
    }

    /** Adds the field {@code connectionProfile} to assignments, until {@link #clear}. */
    public synchronized Scripts connectionProfile(final String registrationId, final String profile) {
        connectionProfiles.put(key(registrationId), profile);
        return this;
    }

    public synchronized void clear() {
        registerAnswers.clear();
        pollAnswers.clear();
        endings.clear();
        connectionProfiles.clear();
    }

    synchronized Optional<ScriptedAnswer> nextRegisterAnswer(final String registrationId) {
        return next(registerAnswers, registrationId);
    }

    synchronized Optional<ScriptedAnswer> nextPollAnswer(final String registrationId) {
        return next(pollAnswers, registrationId);
    }

    synchronized Optional<Registration> ending(final Registration begun) {
        return Optional.ofNullable(endings.getOrDefault(key(begun.registrationId()), endings.get(ANYONE)))
                .map(ending -> begun.ended(ending.status(), ending.errorCode(), ending.errorMessage()));
    }

    synchronized String connectionProfile(final String registrationId) {
        return connectionProfiles.getOrDefault(key(registrationId), connectionProfiles.getOrDefault(ANYONE, ""));
    }

    private static void add(final Map<String, Deque<ScriptedAnswer>> answers, final String registrationId, final ScriptedAnswer answer, final int times) {
        answers.computeIfAbsent(key(registrationId), id -> new ArrayDeque<>()).addAll(Collections.nCopies(times, answer));
    }

    private static Optional<ScriptedAnswer> next(final Map<String, Deque<ScriptedAnswer>> answers, final String registrationId) {
        final Deque<ScriptedAnswer> own = answers.get(key(registrationId));
        if (own != null && !own.isEmpty()) {
            return Optional.of(own.remove());
        }

        return Optional.ofNullable(answers.get(ANYONE)).map(Deque::poll);
    }

    private static String key(final String registrationId) {
        return registrationId.toLowerCase(Locale.ROOT);
    }
}
