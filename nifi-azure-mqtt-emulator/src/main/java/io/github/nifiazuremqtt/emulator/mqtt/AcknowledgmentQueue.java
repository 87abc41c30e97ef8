/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** PUBACKs of one connection that wait for their time, in order, with one timer for all. Used on the event loop only. */
final class AcknowledgmentQueue {

    private static final int PUBACK = 0x4002;
    private static final int PUBACK_SIZE = 4;

    private final ChannelHandlerContext context;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    AcknowledgmentQueue(final ChannelHandlerContext context) {
        this.context = context;
    }

    void acknowledge(final int packetId, final long delayNanos) {
        if (delayNanos == 0 && waiting.isEmpty()) {
            write(packetId);
            return;
        }

        final long wished = System.nanoTime() + delayNanos;
        final Waiting last = waiting.peekLast();
        final long due = last != null && last.due - wished > 0 ? last.due : wished;
        waiting.addLast(new Waiting(packetId, due));
        if (waiting.size() == 1) {
            schedule(due - System.nanoTime());
        }
    }

    void discard() {
        waiting.clear();
    }

    private void writeDue() {
        final long now = System.nanoTime();
        while (!waiting.isEmpty() && waiting.getFirst().due - now <= 0) {
            write(waiting.removeFirst().packetId);
        }

        context.flush();
        if (!waiting.isEmpty()) {
            schedule(waiting.getFirst().due - now);
        }
    }

    private void schedule(final long delayNanos) {
        context.executor().schedule(this::writeDue, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
    }

    private void write(final int packetId) {
        final ByteBuf packet = context.alloc().buffer(PUBACK_SIZE);
        packet.writeShort(PUBACK).writeShort(packetId);
        context.write(packet);
    }

    private record Waiting(int packetId, long due) {
    }
}
