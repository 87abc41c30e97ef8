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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

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
     * @return fails with {@link IoTHubException}
     */
    CompletableFuture<OpenedSession> open(final DeviceIdentity identity, final int firstCredential, final MqttSessionListener listener) {
        final CompletableFuture<OpenedSession> opened = new CompletableFuture<>();
        gate.enter(() -> CompletableFuture.supplyAsync(() -> assignment.find(identity), workers)
                .thenCompose(hub -> hub)
                .thenComposeAsync(hub -> new Attempt(identity, hub, listener).begin(firstCredential)
                        .exceptionallyComposeAsync(failure -> openAgain(identity, exception(identity, failure), listener), workers), workers)
                .whenComplete((session, failure) -> {
                    gate.leave();
                    if (failure == null) {
                        opened.complete(session);
                    } else {
                        opened.completeExceptionally(exception(identity, failure));
                    }
                }));
        return opened;
    }

    /**
     * Has the identity assigned anew and goes on at once: at another hub, or at the same one, which then knows the key that the enrollment has by now.
     */
    private CompletableFuture<OpenedSession> openAgain(final DeviceIdentity identity, final IoTHubException failure, final MqttSessionListener listener) {
        if (failure.getCategory() != FailureCategory.UNAUTHORIZED && !isHubNotFound(failure)) {
            return CompletableFuture.failedFuture(failure);
        }

        return assignment.doubt(identity)
                ? assignment.find(identity).thenComposeAsync(hub -> new Attempt(identity, hub, listener).begin(0), workers)
                : CompletableFuture.failedFuture(failure);
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
     * Finds out, without a connection, whether there can be credentials.
     *
     * @throws IoTHubException {@link FailureCategory#INVALID_CONFIGURATION} if there can be none
     */
    void checkCredentials(final DeviceIdentity identity) {
        final CompletableFuture<AssignedHub> hub = assignment.find(identity);
        if (hub.isDone() && !hub.isCompletedExceptionally()) {
            credentials.getCredentials(hub.join().credentialTarget(identity));
        }
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

        private IoTHubException refusal;

        private Attempt(final DeviceIdentity identity, final AssignedHub hub, final MqttSessionListener listener) {
            this.identity = identity;
            this.hub = hub;
            this.listener = listener;
        }

        private CompletableFuture<OpenedSession> begin(final int firstCredential) {
            final List<DeviceCredential> all = credentials.getCredentials(hub.credentialTarget(identity));
            return connect(all, Math.min(firstCredential, all.size() - 1), all.size());
        }

        private CompletableFuture<OpenedSession> connect(final List<DeviceCredential> all, final int index, final int untried) {
            final DeviceCredential credential = all.get(index);
            final CompletableFuture<OpenedSession> opened = new CompletableFuture<>();
            hubConnect.connect(identity, hub.hub(), credential, listener).whenComplete((accepted, failure) -> {
                if (failure == null) {
                    opened.complete(new OpenedSession(accepted.session(), hub, accepted.token(), index, credential.getLabel(), refusal));
                } else if (isRefusal(failure) && untried > 1) {
                    refusal = (IoTHubException) failure;
                    CompletableFuture.supplyAsync(() -> connect(all, (index + 1) % all.size(), untried - 1), workers)
                            .thenCompose(next -> next)
                            .whenComplete((result, nextFailure) -> complete(opened, result, nextFailure));
                } else {
                    opened.completeExceptionally(failure);
                }
            });
            return opened;
        }

        private static boolean isRefusal(final Throwable failure) {
            return failure instanceof IoTHubException reason && reason.getCategory() == FailureCategory.UNAUTHORIZED;
        }

        private static void complete(final CompletableFuture<OpenedSession> opened, final OpenedSession result, final Throwable failure) {
            if (failure == null) {
                opened.complete(result);
            } else {
                opened.completeExceptionally(failure);
            }
        }
    }
}
