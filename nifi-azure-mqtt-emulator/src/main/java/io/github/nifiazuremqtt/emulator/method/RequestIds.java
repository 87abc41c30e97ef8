/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.method;

import java.util.HashMap;
import java.util.Map;

/** The open calls of one connection by their request ids, which count from 1 on every connection. Not safe for concurrent use. */
final class RequestIds {

    private final Map<String, PendingCall> open = new HashMap<>();
    private int last;

    String add(final PendingCall call) {
        last++;
        final String requestId = Integer.toString(last);
        open.put(requestId, call);
        return requestId;
    }

    /** The call that is open under this id, which is open no longer; null if there is none. */
    PendingCall remove(final String requestId) {
        return open.remove(requestId);
    }

    /** Whether a call was ever made under this id. */
    boolean isKnown(final String requestId) {
        try {
            final int number = Integer.parseInt(requestId);
            return number >= 1 && number <= last;
        } catch (final NumberFormatException e) {
            return false;
        }
    }
}
