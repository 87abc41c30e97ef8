/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Behaves as a REST client agent of a KEPServerEX IoT Gateway: posts the tags that have changed, in the standard template and narrow format.
 */
public final class KepwareSimulator implements AutoCloseable {

    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);

    private static final Duration RESTART_TIME = Duration.ofSeconds(3);

    private static final String LINE = "Line4.PLC1.";

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(REQUEST_LIMIT).build();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("KEPServerEX Simulator").daemon().factory());
    private final AtomicLong refusals = new AtomicLong();
    private final Random random;
    private final Clock clock;
    private final URI address;
    private ScheduledFuture<?> posts;
    private Duration interval;
    private long round;
    private double ovenTemperature = 182;

    public KepwareSimulator(final URI address, final Clock clock, final long seed) {
        this.address = address;
        this.clock = clock;
        this.random = new Random(seed);
    }

    public void start(final Duration period) {
        schedule(Duration.ZERO, period);
    }

    /** Changes how often tags are sent, once it is started. */
    public synchronized void setInterval(final Duration period) {
        posts.cancel(false);
        schedule(period, period);
    }

    public synchronized Duration interval() {
        return interval;
    }

    /** After the delay it sends nothing for a while, and counts parts from the beginning. */
    public void restart(final Duration delay) {
        timer.schedule(this::fallSilent, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void fallSilent() {
        posts.cancel(false);
        round = 0;
        schedule(RESTART_TIME, interval);
    }

    private synchronized void schedule(final Duration delay, final Duration period) {
        interval = period;
        posts = timer.scheduleAtFixedRate(this::post, delay.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How many posts were not taken; as the gateway does, they are not repeated. */
    public long refusals() {
        return refusals.get();
    }

    private void post() {
        final HttpRequest request = HttpRequest.newBuilder(address).timeout(REQUEST_LIMIT).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(next())).build();
        try {
            if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() != 200) {
                refusals.incrementAndGet();
            }
        } catch (final IOException e) {
            refusals.incrementAndGet();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The tags that change in the next round: some with every one, some rarely, one with a sensor that fails now and then. */
    String next() {
        final ObjectNode message = NiFiRest.MAPPER.createObjectNode().put("timestamp", clock.millis());
        final ArrayNode values = message.putArray("values");
        ovenTemperature += random.nextInt(-20, 21) / 10.0;
        add(values, "OvenTemp", DoubleNode.valueOf(Math.round(ovenTemperature * 10) / 10.0));
        add(values, "PartCount", LongNode.valueOf(48_210 + round));
        if (round % 3 == 0) {
            final ArrayNode zones = NiFiRest.MAPPER.createArrayNode();
            random.doubles(3, -2, 2).forEach(difference -> zones.add(Math.round((ovenTemperature + difference) * 10) / 10.0));
            add(values, "Zones", zones);
        }
        if (round % 5 == 0) {
            add(values, "DoorOpen", BooleanNode.valueOf(round % 10 == 0));
        }
        if (round % 20 == 0) {
            add(values, "BatchNo", TextNode.valueOf("B-%d \"%s\"".formatted(2210 + round / 20, round % 40 == 0 ? "rework" : "first pass")));
        }
        if (round % 15 == 7) {
            add(values, "Flow", NullNode.getInstance());
        }
        round++;
        return message.toString();
    }

    /** A tag without a value has a bad quality. */
    private void add(final ArrayNode values, final String tag, final JsonNode value) {
        values.addObject().put("id", LINE + tag).<ObjectNode>set("v", value).put("q", !value.isNull()).put("t", clock.millis() - random.nextInt(100));
    }

    @Override
    public void close() {
        timer.shutdownNow();
        http.shutdownNow();
    }
}
