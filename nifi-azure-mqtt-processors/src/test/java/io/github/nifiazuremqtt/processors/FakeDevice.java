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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * One device of {@link FakeConnectionService}: what was sent as this device, and how it answers.
 */
final class FakeDevice {

    private static final int LOOKS_UNTIL_CONNECTED = 3;

    private final DeviceIdentity identity;

    private final List<DeviceMessage> published = new ArrayList<>();

    /** Messages that are not acknowledged, and the run of each. */
    private final Map<CompletableFuture<Void>, Run> pending = new LinkedHashMap<>();

    private final Set<Runnable> waitingForRoom = new LinkedHashSet<>();

    private final List<String> patches = new ArrayList<>();

    private final List<OptionalLong> expectedVersions = new ArrayList<>();

    private final List<String> responses = new ArrayList<>();

    private Function<DeviceMessage, CompletableFuture<Void>> acknowledgment = message -> CompletableFuture.completedFuture(null);

    private Function<String, CompletableFuture<Long>> patchAnswer = patch -> CompletableFuture.completedFuture((long) patches.size());

    private Supplier<CompletableFuture<TwinDocument>> twin = CompletableFuture::new;

    private int twinReads;

    private CompletableFuture<Void> responseAnswer = CompletableFuture.completedFuture(null);

    private IoTHubException outage;

    private String hostName = FakeConnectionService.HOST_NAME;

    private boolean connecting;

    private int looks;

    private long connection;

    private int window = Integer.MAX_VALUE;

    private int inFlight;

    private boolean renewing;

    private boolean endpointBroken;

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
        takePending(run -> true).forEach(future -> future.complete(null));
        callWaiting();
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
     * Lets the question for the endpoint end in an exception that nobody expects.
     */
    synchronized void failEndpoint() {
        endpointBroken = true;
    }

    /**
     * @param messages so many may be reserved or not acknowledged
     */
    synchronized void setWindow(final int messages) {
        window = messages;
    }

    /**
     * Lets nobody publish until {@link #renewed}.
     */
    synchronized void renew() {
        renewing = true;
    }

    void renewed() {
        synchronized (this) {
            renewing = false;
        }
        callWaiting();
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

    /**
     * There never was a connection.
     *
     * @param reason why, or null if it is not known yet
     */
    synchronized void refuse(final IoTHubException reason) {
        outage = reason;
        hostName = null;
    }

    synchronized void connect() {
        outage = null;
        hostName = FakeConnectionService.HOST_NAME;
        connecting = false;
    }

    /**
     * From now on the connection is on its way; it opens for those who wait for it.
     */
    synchronized void beginConnecting() {
        outage = failure(FailureCategory.NOT_CONNECTED);
        connecting = true;
    }

    private ConnectionState state() {
        if (connecting || outage == null && hostName == null) {
            return ConnectionState.CONNECTING;
        }
        return outage == null ? ConnectionState.CONNECTED : ConnectionState.WAITING;
    }

    private void failPending(final FailureCategory category) {
        synchronized (this) {
            connection++;
            renewing = false;
        }
        takePending(run -> true).forEach(future -> future.completeExceptionally(failure(category)));
        callWaiting();
    }

    private synchronized List<CompletableFuture<Void>> takePending(final Predicate<Run> selection) {
        final List<CompletableFuture<Void>> futures = pending.entrySet().stream().filter(entry -> selection.test(entry.getValue()))
                .map(Map.Entry::getKey).toList();
        futures.forEach(this::leave);
        return futures;
    }

    private synchronized boolean leave(final CompletableFuture<Void> outcome) {
        if (pending.remove(outcome) == null) {
            return false;
        }
        inFlight--;
        return true;
    }

    /** As the real one does, when a sixteenth of the window is free. */
    private void callWaiting() {
        final List<Runnable> called;
        synchronized (this) {
            if (renewing || inFlight > 0 && inFlight > window - Math.max(1, window / 16)) {
                return;
            }
            called = List.copyOf(waitingForRoom);
            waitingForRoom.clear();
        }
        called.forEach(Runnable::run);
    }

    private IoTHubException failure(final FailureCategory category) {
        return new IoTHubException(category, "%s for [%s]".formatted(category, identity));
    }

    private final class Lease implements DeviceConnection {

        private final List<Run> runs = new CopyOnWriteArrayList<>();

        private boolean closed;

        @Override
        public DeviceIdentity getIdentity() {
            return identity;
        }

        @Override
        public ConnectionStatus getStatus() {
            synchronized (FakeDevice.this) {
                return new ConnectionStatus(state(), hostName, Instant.EPOCH, inFlight, null, null, connecting ? null : outage);
            }
        }

        @Override
        public ConnectionStatus awaitConnected(final Duration timeout) throws InterruptedException {
            synchronized (FakeDevice.this) {
                looks++;
                if (connecting && looks > LOOKS_UNTIL_CONNECTED) {
                    FakeDevice.this.connect();
                } else if (connecting) {
                    TimeUnit.NANOSECONDS.timedWait(FakeDevice.this, Math.min(timeout.toNanos(), 1_000_000));
                }
                return getStatus();
            }
        }

        @Override
        public String getEndpointUri() {
            synchronized (FakeDevice.this) {
                if (endpointBroken) {
                    throw new IllegalStateException("unexpected");
                }
            }
            return FakeConnectionService.endpointUri(identity);
        }

        @Override
        public MessagePublisher openPublisher() {
            synchronized (FakeDevice.this) {
                if (outage != null) {
                    throw outage;
                }
                runs.add(new Run(connection));
                return runs.getLast();
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
            synchronized (FakeDevice.this) {
                openLeases -= closed ? 0 : 1;
                closed = true;
            }
            runs.forEach(run -> run.end(FailureCategory.CLOSED));
        }
    }

    private final class Run implements MessagePublisher {

        private final long openedOn;

        private final Set<String> reserved = new HashSet<>();

        private FailureCategory over;

        private Run(final long openedOn) {
            this.openedOn = openedOn;
        }

        @Override
        public boolean reserve(final String deliveryId, final Runnable whenRoom) {
            synchronized (FakeDevice.this) {
                findEnd().ifPresent(end -> {
                    throw end;
                });
                if (renewing || inFlight >= window) {
                    waitingForRoom.add(whenRoom);
                    return false;
                }
                reserved.add(deliveryId);
                inFlight++;
                return true;
            }
        }

        private Optional<IoTHubException> findEnd() {
            if (over == null && (openedOn != connection || outage != null)) {
                over = FailureCategory.NOT_CONNECTED;
            }
            return Optional.ofNullable(over).map(FakeDevice.this::failure);
        }

        @Override
        public void release(final String deliveryId) {
            synchronized (FakeDevice.this) {
                if (!reserved.remove(deliveryId)) {
                    return;
                }
                inFlight--;
            }
            callWaiting();
        }

        @Override
        public CompletableFuture<Void> publish(final DeviceMessage message) {
            final CompletableFuture<Void> outcome = new CompletableFuture<>();
            final CompletableFuture<Void> answer;
            synchronized (FakeDevice.this) {
                final Optional<IoTHubException> end = findEnd();
                if (end.isPresent()) {
                    release(message.deliveryId());
                    return CompletableFuture.failedFuture(end.get());
                }
                if (!reserved.remove(message.deliveryId())) {
                    throw new IllegalStateException("No room was reserved for message [%s]".formatted(message.deliveryId()));
                }
                published.add(message);
                pending.put(outcome, this);
                answer = acknowledgment.apply(message);
            }

            answer.whenComplete((acknowledged, failure) -> {
                if (leave(outcome)) {
                    if (failure == null) {
                        outcome.complete(null);
                    } else {
                        outcome.completeExceptionally(failure);
                    }
                    callWaiting();
                }
            });
            return outcome;
        }

        @Override
        public void abandon() {
            synchronized (FakeDevice.this) {
                abandoned++;
            }
            end(FailureCategory.TIMED_OUT);
            failPending(FailureCategory.CONNECTION_LOST);
        }

        private void end(final FailureCategory category) {
            synchronized (FakeDevice.this) {
                over = category;
                inFlight -= reserved.size();
                reserved.clear();
            }
            takePending(this::equals).forEach(future -> future.completeExceptionally(failure(category)));
            callWaiting();
        }
    }
}
