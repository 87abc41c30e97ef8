/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.ConnectionState;
import io.github.nifiazuremqtt.api.ConnectionStatus;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MessagePublisher;
import io.github.nifiazuremqtt.api.TwinDocument;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One device of {@link FakeConnectionService}: what was sent as this device, and how it answers.
 */
final class FakeDevice {

    private final DeviceIdentity identity;

    private final List<DeviceMessage> published = new ArrayList<>();

    private final Set<CompletableFuture<Void>> pending = new LinkedHashSet<>();

    private final List<String> patches = new ArrayList<>();

    private final List<OptionalLong> expectedVersions = new ArrayList<>();

    private final List<String> responses = new ArrayList<>();

    private Function<DeviceMessage, CompletableFuture<Void>> acknowledgment = message -> CompletableFuture.completedFuture(null);

    private Function<String, CompletableFuture<Long>> patchAnswer = patch -> CompletableFuture.completedFuture((long) patches.size());

    private Supplier<CompletableFuture<TwinDocument>> twin = CompletableFuture::new;

    private int twinReads;

    private CompletableFuture<Void> responseAnswer = CompletableFuture.completedFuture(null);

    private IoTHubException outage;

    private long connection;

    private int openLeases;

    private int abandoned;

    FakeDevice(final DeviceIdentity identity) {
        this.identity = identity;
    }

    synchronized DeviceConnection lease() {
        openLeases++;
        return new Lease();
    }

    synchronized int countOpenLeases() {
        return openLeases;
    }

    synchronized List<DeviceMessage> getPublished() {
        return List.copyOf(published);
    }

    List<String> getPublishedBodies() {
        return getPublished().stream().map(message -> new String(message.body(), StandardCharsets.UTF_8)).toList();
    }

    synchronized int countAbandoned() {
        return abandoned;
    }

    synchronized List<String> getPatches() {
        return List.copyOf(patches);
    }

    synchronized List<OptionalLong> getExpectedVersions() {
        return List.copyOf(expectedVersions);
    }

    /**
     * @return {@code request id, status and payload} of each answer to a direct method
     */
    synchronized List<String> getResponses() {
        return List.copyOf(responses);
    }

    synchronized void setAcknowledgment(final Function<DeviceMessage, CompletableFuture<Void>> answer) {
        acknowledgment = answer;
    }

    /**
     * From now on messages are taken and not acknowledged until {@link #acknowledgePending()} or the end of their run.
     */
    void holdAcknowledgments() {
        setAcknowledgment(message -> new CompletableFuture<>());
    }

    void acknowledgePending() {
        takePending().forEach(future -> future.complete(null));
    }

    synchronized void setPatchAnswer(final Function<String, CompletableFuture<Long>> answer) {
        patchAnswer = answer;
    }

    void setTwin(final CompletableFuture<TwinDocument> newTwin) {
        setTwin(() -> newTwin);
    }

    synchronized void setTwin(final Supplier<CompletableFuture<TwinDocument>> newTwin) {
        twin = newTwin;
    }

    synchronized int countTwinReads() {
        return twinReads;
    }

    synchronized void setResponseAnswer(final CompletableFuture<Void> answer) {
        responseAnswer = answer;
    }

    /**
     * Cuts the connection: what is pending fails, runs are over. It can be opened again at once.
     */
    void cut() {
        failPending(FailureCategory.CONNECTION_LOST);
    }

    /**
     * Cuts the connection and keeps it closed.
     */
    void disconnect(final FailureCategory category) {
        synchronized (this) {
            outage = failure(category);
        }
        failPending(FailureCategory.CONNECTION_LOST);
    }

    synchronized void connect() {
        outage = null;
    }

    private void failPending(final FailureCategory category) {
        final List<CompletableFuture<Void>> futures;
        synchronized (this) {
            connection++;
            futures = takePending();
        }
        futures.forEach(future -> future.completeExceptionally(failure(category)));
    }

    private synchronized List<CompletableFuture<Void>> takePending() {
        final List<CompletableFuture<Void>> futures = List.copyOf(pending);
        pending.clear();
        return futures;
    }

    private IoTHubException failure(final FailureCategory category) {
        return new IoTHubException(category, "%s for [%s]".formatted(category, identity));
    }

    private synchronized CompletableFuture<Void> publish(final DeviceMessage message, final long run) {
        if (run != connection || outage != null) {
            return CompletableFuture.failedFuture(failure(FailureCategory.NOT_CONNECTED));
        }

        published.add(message);
        final CompletableFuture<Void> answer = acknowledgment.apply(message);
        if (!answer.isDone()) {
            pending.add(answer);
        }
        return answer;
    }

    private final class Lease implements DeviceConnection {

        private boolean closed;

        @Override
        public DeviceIdentity getIdentity() {
            return identity;
        }

        @Override
        public ConnectionStatus getStatus() {
            synchronized (FakeDevice.this) {
                return new ConnectionStatus(outage == null ? ConnectionState.CONNECTED : ConnectionState.WAITING, FakeConnectionService.HOST_NAME,
                        Instant.EPOCH, pending.size(), null, null, outage);
            }
        }

        @Override
        public ConnectionStatus awaitConnected(final Duration timeout) {
            return getStatus();
        }

        @Override
        public String getEndpointUri() {
            final String modulePath = identity.module().map("/modules/"::concat).orElse("");
            return "mqtts://" + FakeConnectionService.HOST_NAME + "/devices/" + identity.deviceId() + modulePath;
        }

        @Override
        public MessagePublisher openPublisher() {
            synchronized (FakeDevice.this) {
                if (outage != null) {
                    throw outage;
                }
                return new Run(connection);
            }
        }

        @Override
        public CompletableFuture<TwinDocument> getTwin(final Duration timeout) {
            synchronized (FakeDevice.this) {
                twinReads++;
                return outage == null ? twin.get() : CompletableFuture.failedFuture(outage);
            }
        }

        @Override
        public CompletableFuture<Long> updateReportedProperties(final byte[] patch, final OptionalLong expectedVersion, final Duration timeout) {
            synchronized (FakeDevice.this) {
                if (outage != null) {
                    return CompletableFuture.failedFuture(outage);
                }
                patches.add(new String(patch, StandardCharsets.UTF_8));
                expectedVersions.add(expectedVersion);
                return patchAnswer.apply(patches.getLast());
            }
        }

        @Override
        public CompletableFuture<Void> respond(final String requestId, final int statusCode, final byte[] payload) {
            synchronized (FakeDevice.this) {
                responses.add("%s %d %s".formatted(requestId, statusCode, new String(payload, StandardCharsets.UTF_8)));
                return responseAnswer;
            }
        }

        @Override
        public void close() {
            final boolean last;
            synchronized (FakeDevice.this) {
                last = !closed && --openLeases == 0;
                closed = true;
            }
            if (last) {
                failPending(FailureCategory.CLOSED);
            }
        }
    }

    private final class Run implements MessagePublisher {

        private final long openedOn;

        private Run(final long openedOn) {
            this.openedOn = openedOn;
        }

        @Override
        public CompletableFuture<Void> publish(final DeviceMessage message, final Duration timeout) {
            return FakeDevice.this.publish(message, openedOn);
        }

        @Override
        public void abandon() {
            synchronized (FakeDevice.this) {
                abandoned++;
            }
            failPending(FailureCategory.TIMED_OUT);
        }
    }
}
