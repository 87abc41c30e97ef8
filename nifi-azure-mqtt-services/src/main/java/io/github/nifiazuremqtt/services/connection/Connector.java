/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.AccessToken;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceCredentialsService;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.connection.HubAssignment.AssignedHub;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionListener;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Makes one attempt to connect an identity: finds its hub, asks for credentials, sends CONNECT, and tries the second credential if the hub refuses the first.
 */
public final class Connector {

    /** Connections that are being made at the same time; a hub throttles new ones. */
    private static final int ATTEMPTS_AT_ONCE = 64;

    private final DeviceCredentialsService credentials;

    private final HubAssignment assignment;

    private final Executor workers;

    private final HubConnect hubConnect;

    private final ConnectGate gate = new ConnectGate(ATTEMPTS_AT_ONCE);

    /**
     * @param workers run what may wait
     */
    public Connector(final DeviceCredentialsService credentials, final HubAssignment assignment, final HubConnect hubConnect, final Executor workers) {
        this.credentials = credentials;
        this.assignment = assignment;
        this.hubConnect = hubConnect;
        this.workers = workers;
    }

    /**
     * @param firstCredential index of the credential to begin with
     * @param permit          asked right before each CONNECT; false if nobody wants the connection any more
     * @return fails with {@link IoTHubException}
     */
    CompletableFuture<OpenedSession> open(final DeviceIdentity identity, final int firstCredential, final MqttSessionListener listener,
                                          final BooleanSupplier permit) {
        final CompletableFuture<OpenedSession> opened = new CompletableFuture<>();
        find(identity)
                .thenCompose(hub -> enter(new Attempt(identity, hub, listener, permit), firstCredential))
                .exceptionallyCompose(failure -> openAgain(identity, exception(identity, failure), listener, permit))
                .whenComplete((session, failure) -> {
                    if (failure == null) {
                        opened.complete(session);
                    } else {
                        opened.completeExceptionally(exception(identity, failure));
                    }
                });
        return opened;
    }

    /** Not in the gate: who waits for the Device Provisioning Service keeps nobody from connecting. */
    private CompletableFuture<AssignedHub> find(final DeviceIdentity identity) {
        return async(() -> assignment.find(identity));
    }

    private CompletableFuture<OpenedSession> enter(final Attempt attempt, final int firstCredential) {
        final CompletableFuture<OpenedSession> outcome = new CompletableFuture<>();
        gate.enter(() -> async(() -> attempt.begin(firstCredential)).whenComplete((session, failure) -> {
            gate.leave();
            if (failure == null) {
                outcome.complete(session);
            } else {
                outcome.completeExceptionally(failure);
            }
        }));
        return outcome;
    }

    /** Never fails itself, also when the workers have ended. */
    private <T> CompletableFuture<T> async(final Supplier<CompletableFuture<T>> step) {
        try {
            return CompletableFuture.supplyAsync(step, workers).thenCompose(outcome -> outcome);
        } catch (final RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Has the identity assigned anew and goes on at once: at another hub, or at the same one, which then knows the key that the enrollment has by now.
     */
    private CompletableFuture<OpenedSession> openAgain(final DeviceIdentity identity, final IoTHubException failure, final MqttSessionListener listener,
                                                       final BooleanSupplier permit) {
        if (failure.getCategory() != FailureCategory.UNAUTHORIZED && !isHubNotFound(failure)) {
            return CompletableFuture.failedFuture(failure);
        }

        return async(() -> assignment.doubt(identity)
                ? assignment.find(identity).thenCompose(hub -> enter(new Attempt(identity, hub, listener, permit), 0))
                : CompletableFuture.failedFuture(failure));
    }

    private static boolean isHubNotFound(final IoTHubException failure) {
        return failure.getCause() instanceof MqttSessionException reason
                && (reason.getKind() == MqttSessionException.Kind.UNKNOWN_HOST || reason.getKind() == MqttSessionException.Kind.PROXY_FOUND_NO_WAY);
    }

    private static IoTHubException exception(final DeviceIdentity identity, final Throwable failure) {
        final Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof IoTHubException known ? known
                : new IoTHubException(FailureCategory.NOT_CONNECTED, "Device [%s]: no attempt to connect was possible: %s".formatted(identity, cause), cause);
    }

    /**
     * @return the hub, if it is known without asking anybody
     */
    Optional<HostAddress> findKnownHub(final DeviceIdentity identity) {
        return assignment.findKnown(identity);
    }

    /**
     * @return true if the credentials can make a token that lasts longer
     */
    boolean canRenew(final DeviceIdentity identity, final OpenedSession session) {
        final List<DeviceCredential> all = credentials.getCredentials(session.hub().credentialTarget(identity));
        final Optional<AccessToken> next = all.get(Math.min(session.credentialIndex(), all.size() - 1)).createAccessToken();
        return next.isPresent() && session.findToken().filter(token -> next.get().expiration().isAfter(token.expiration())).isPresent();
    }

    /** One attempt, with one CONNECT for each credential that is refused. */
    private final class Attempt {

        private final DeviceIdentity identity;

        private final AssignedHub hub;

        private final MqttSessionListener listener;

        private final BooleanSupplier permit;

        private IoTHubException refusal;

        private Attempt(final DeviceIdentity identity, final AssignedHub hub, final MqttSessionListener listener, final BooleanSupplier permit) {
            this.identity = identity;
            this.hub = hub;
            this.listener = listener;
            this.permit = permit;
        }

        private CompletableFuture<OpenedSession> begin(final int firstCredential) {
            final List<DeviceCredential> all = credentials.getCredentials(hub.credentialTarget(identity));
            return connect(all, Math.min(firstCredential, all.size() - 1), all.size());
        }

        private CompletableFuture<OpenedSession> connect(final List<DeviceCredential> all, final int index, final int untried) {
            if (!permit.getAsBoolean()) {
                return CompletableFuture.failedFuture(
                        new IoTHubException(FailureCategory.CLOSED, "Device [%s]: nobody wants the connection any more".formatted(identity)));
            }

            final DeviceCredential credential = all.get(index);
            return hubConnect.connect(identity, hub.hub(), credential, listener)
                    .thenApply(accepted -> {
                        assignment.accepted(identity);
                        return new OpenedSession(accepted.session(), hub, accepted.token(), index, credential.getLabel(), refusal);
                    })
                    .exceptionallyCompose(failure -> {
                        final IoTHubException reason = exception(identity, failure);
                        if (!isRefusal(reason) || untried == 1) {
                            return CompletableFuture.failedFuture(reason);
                        }
                        refusal = reason;
                        return async(() -> connect(all, (index + 1) % all.size(), untried - 1));
                    });
        }

        private static boolean isRefusal(final IoTHubException reason) {
            return reason.getCategory() == FailureCategory.UNAUTHORIZED;
        }
    }
}
