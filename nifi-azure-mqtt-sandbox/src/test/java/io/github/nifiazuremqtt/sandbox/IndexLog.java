/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Watches what arrives at a hub from a {@link PublishFlow}: which lines have come, how often a message came again and under which message id, and whether the
 * lines came in their order. A message that comes again after it was cut off does not count against the order.
 */
final class IndexLog implements Consumer<TelemetryMessage> {

    private final Map<Integer, String> messageIds = new HashMap<>();
    private final Set<String> distinctIds = new HashSet<>();
    private int highest = -1;
    private int overtaken;
    private int repeats;
    private int repeatsUnderAnotherId;

    @Override
    public synchronized void accept(final TelemetryMessage message) {
        final String text = message.text();
        final int index = Integer.parseInt(text.substring(0, text.indexOf(' ')));
        final String known = messageIds.putIfAbsent(index, message.messageId());
        distinctIds.add(message.messageId());
        if (known == null) {
            if (index < highest) {
                overtaken++;
            }
        } else {
            repeats++;
            if (!known.equals(message.messageId())) {
                repeatsUnderAnotherId++;
            }
        }
        highest = Math.max(highest, index);
    }

    synchronized int lines() {
        return messageIds.size();
    }

    synchronized int distinctIds() {
        return distinctIds.size();
    }

    /** Lines that came for the first time after a later line had come. */
    synchronized int overtaken() {
        return overtaken;
    }

    synchronized int repeats() {
        return repeats;
    }

    synchronized int repeatsUnderAnotherId() {
        return repeatsUnderAnotherId;
    }

    void await(final int lines, final Duration limit) throws InterruptedException, TimeoutException {
        try {
            Await.until("lines", limit, () -> lines() >= lines);
        } catch (final TimeoutException e) {
            throw new TimeoutException("%d lines expected within %d s, %d have come".formatted(lines, limit.toSeconds(), lines()));
        }
    }
}
