/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceProvisioningService;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.IoTHubException.HubError;
import io.github.nifiazuremqtt.api.ProvisioningRequest;
import io.github.nifiazuremqtt.api.ProvisioningResult;
import io.github.nifiazuremqtt.api.UnsupportedHubException;
import io.github.nifiazuremqtt.services.connection.HubAssignment.AssignedHub;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.nifi.controller.AbstractControllerService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvisionedHubAssignmentTest {

    private static final DeviceIdentity DEVICE = DeviceIdentity.ofDevice("sn-007");

    private final ScriptedProvisioning service = new ScriptedProvisioning();

    private Duration now = Duration.ZERO;

    private double random = 0.5;

    private int changes;

    private CompletableFuture<Void> kept = CompletableFuture.completedFuture(null);

    private ProvisionedHubAssignment assignment = assignment(Map.of());

    @Test
    void testFindRegistersOnce() {
        final CompletableFuture<AssignedHub> first = assignment.find(DEVICE);
        final CompletableFuture<AssignedHub> second = assignment.find(DeviceIdentity.of("sn-007", "camera"));
        assertEquals(1, service.pending.size());
        assertFalse(first.isDone());
        service.assign("hub-a.example:18883");

        assertEquals(HostAddress.parse("hub-a.example:18883"), first.join().hub());
        assertSame(first, second);
        assertEquals(CredentialTarget.provisionedHub("hub-a.example", DEVICE, "sn-007"), first.join().credentialTarget(DEVICE));
        assertEquals(first.join(), assignment.find(DEVICE).join());
        assertEquals(1, service.requests.size());
        assertEquals(1, changes);
        assertEquals(Map.of("sn-007", "hub-a.example:18883"), assignment.toMap());
    }

    @Test
    void testFindKnownDoesNotRegister() {
        assignment = assignment(Map.of("sn-007", "hub-a.example"));

        assertEquals("hub-a.example", assignment.find(DEVICE).join().hub().host());
        assertTrue(service.requests.isEmpty());
    }

    @Test
    void testDoubtOfKnownRegistersAgainOnceInAWhile() {
        assignment = assignment(Map.of("sn-007", "hub-a.example"));
        assertTrue(assignment.doubt(DEVICE));
        final CompletableFuture<AssignedHub> moved = assignment.find(DEVICE);
        service.assign("hub-b.example");
        assertEquals("hub-b.example", moved.join().hub().host());
        assignment.accepted(DEVICE);

        now = now.plus(ProvisionedHubAssignment.WINDOW).minusSeconds(1);
        assertFalse(assignment.doubt(DEVICE));
        assertEquals("hub-b.example", assignment.find(DEVICE).join().hub().host());
        assertEquals(1, service.requests.size());

        now = now.plusSeconds(1);
        assignment.doubt(DEVICE);
        assignment.find(DEVICE);
        assertEquals(2, service.requests.size());
    }

    /** Two minutes are what the connection waits after a refusal. Microsoft's newest client registers after 50 failed connects. */
    @ParameterizedTest
    @CsvSource({"2,15", "10,3", "60,1"})
    void testRefusedForADayIsRegisteredOnceAndThenAfterFiftyRefusals(final int minutesBetweenRefusals, final int registrations) {
        assignment = assignment(Map.of("sn-007", "hub-a.example"));
        int refusals = 0;
        for (int minute = 0; minute < Duration.ofDays(1).toMinutes(); minute += minutesBetweenRefusals) {
            now = now.plus(Duration.ofMinutes(minutesBetweenRefusals));
            refusals++;
            if (assignment.doubt(DEVICE)) {
                assignment.find(DEVICE);
                service.assign("hub-a.example");
            }
        }

        assertEquals(registrations, service.requests.size());
        assertTrue(service.requests.size() <= 1 + refusals / ProvisionedHubAssignment.REFUSALS);
    }

    @Test
    void testManyRefusalsInAMomentDoNotRegisterAgain() {
        assignment = assignment(Map.of("sn-007", "hub-a.example"));
        for (int refusal = 0; refusal < 1000; refusal++) {
            now = now.plusSeconds(2);
            if (assignment.doubt(DEVICE)) {
                assignment.find(DEVICE);
                service.assign("hub-a.example");
            }
        }

        assertEquals(1, service.requests.size());
    }

    @ParameterizedTest
    @CsvSource({"THROTTLED,7200", "REFUSED,7200", "THROTTLED,1"})
    void testRetryAfterIsAFloor(final FailureCategory category, final int seconds) {
        final CompletableFuture<AssignedHub> found = assignment.find(DEVICE);
        service.pending.getLast().completeExceptionally(
                new IoTHubException(category, "Because", new HubError(429, 429001, null, "", Duration.ofSeconds(seconds)), null));
        failure(found);

        now = now.plusSeconds(Math.max(seconds, 30) - 1);
        failure(assignment.find(DEVICE));
        assertEquals(1, service.requests.size());
        now = now.plusSeconds(1);
        assignment.find(DEVICE);
        assertEquals(2, service.requests.size());
    }

    @Test
    void testUnsupportedHubIsNamedAndLeftAloneForAnHourAlsoAfterARestart() {
        random = 0;
        assignment = assignment(Map.of("sn-007", "hub-a.example"));
        assertTrue(assignment.doubt(DEVICE));
        final CompletableFuture<AssignedHub> found = assignment.find(DEVICE);
        service.pending.getLast().completeExceptionally(new UnsupportedHubException("Because", null, "new.example", "mqttV5"));
        assertNamed(found);
        assertEquals(1, changes);

        for (int minute = 0; minute < 59; minute++) {
            now = now.plusSeconds(60);
            assertFalse(assignment.doubt(DEVICE));
            assertNamed(assignment.find(DEVICE));
            assignment = assignment(assignment.toMap());
            assertNamed(assignment.find(DEVICE));
        }
        assertEquals(1, service.requests.size());

        now = now.plusSeconds(62);
        final CompletableFuture<AssignedHub> again = assignment.find(DEVICE);
        assertEquals(2, service.requests.size());
        service.assign("hub-a.example");
        assertEquals("hub-a.example", again.join().hub().host());
        assertEquals(Map.of("sn-007", "hub-a.example"), assignment.toMap());
    }

    @Test
    void testUnsupportedHubIsLeftAloneWhenItCannotBeAskedForAgain() {
        final Map<String, String> known = Map.of("sn-007", new UnsupportedHub("", "a b", Instant.EPOCH.plus(now).minusSeconds(1)).toText());
        assignment = assignment(known);
        final CompletableFuture<AssignedHub> found = assignment.find(DEVICE);
        service.fail(FailureCategory.THROTTLED);
        failure(found);
        failure(assignment.find(DEVICE));
        assertEquals(1, service.requests.size());
        assertEquals(known, assignment.toMap());
    }

    private static void assertNamed(final CompletableFuture<AssignedHub> found) {
        final IoTHubException failure = failure(found);
        assertEquals(FailureCategory.REFUSED, failure.getCategory());
        assertTrue(failure.getMessage().contains("hub [new.example] with the connection profile [mqttV5]"), failure.getMessage());
    }

    @Test
    void testOldAssignmentIsBetterThanNone() {
        assignment = assignment(Map.of("sn-007", "hub-a.example"));
        assignment.doubt(DEVICE);
        final CompletableFuture<AssignedHub> found = assignment.find(DEVICE);
        service.fail(FailureCategory.THROTTLED);

        assertEquals("hub-a.example", found.join().hub().host());
        assignment.doubt(DEVICE);
        assignment.find(DEVICE);
        assertEquals(1, service.requests.size());
    }

    @ParameterizedTest
    @CsvSource({"REFUSED,300", "UNAUTHORIZED,300", "INVALID_CONTENT,300", "INVALID_CONFIGURATION,30", "NOT_CONNECTED,30", "THROTTLED,30", "TIMED_OUT,30"})
    void testFailureIsNotAskedForAgainAtOnce(final FailureCategory category, final int seconds) {
        final CompletableFuture<AssignedHub> found = assignment.find(DEVICE);
        service.fail(category);
        assertEquals(category, failure(found).getCategory());

        now = now.plusSeconds(seconds - 1);
        assertEquals(category, failure(assignment.find(DEVICE)).getCategory());
        assertEquals(1, service.requests.size());
        now = now.plusSeconds(1);
        assertFalse(assignment.find(DEVICE).isDone());
        assertEquals(2, service.requests.size());
        assertEquals(0, changes);
        assertTrue(assignment.toMap().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"0,0.75", "0.5,1", "1,1.25"})
    void testRefusedRegistrationsGetRarer(final double chance, final double factor) {
        random = chance;
        for (final int minutes : new int[] {5, 10, 20, 40, 60, 60, 60}) {
            final CompletableFuture<AssignedHub> found = assignment.find(DEVICE);
            service.fail(FailureCategory.UNAUTHORIZED);
            failure(found);
            final int requests = service.requests.size();
            now = now.plusSeconds(Math.round(minutes * 60 * factor) - 1);
            failure(assignment.find(DEVICE));
            assertEquals(requests, service.requests.size());
            now = now.plusSeconds(1);
        }
    }

    @Test
    void testOtherDeviceIdIsRefused() {
        final CompletableFuture<AssignedHub> found = assignment.find(DEVICE);
        service.complete(new ProvisioningResult("sn-007", "hub-a.example", "other", "5.0", null, new byte[0]));

        assertEquals(FailureCategory.INVALID_CONFIGURATION, failure(found).getCategory());
        assertTrue(failure(found).getMessage().contains("device id [other]"));

        now = now.plusSeconds(299);
        assignment.find(DEVICE);
        assertEquals(1, service.requests.size());
    }

    @Test
    void testUnusableHubIsRefused() {
        final CompletableFuture<AssignedHub> found = assignment.find(DEVICE);
        service.assign("no host");

        assertEquals(FailureCategory.SERVER_ERROR, failure(found).getCategory());
    }

    @Test
    void testAssignmentIsUsedWhenItIsKept() {
        kept = new CompletableFuture<>();
        final CompletableFuture<AssignedHub> first = assignment.find(DEVICE);
        service.assign("hub-a.example");
        final CompletableFuture<AssignedHub> second = assignment.find(DEVICE);
        assertEquals(Map.of("sn-007", "hub-a.example"), assignment.toMap());
        assertFalse(first.isDone() || second.isDone());

        kept.complete(null);
        assertEquals("hub-a.example", first.join().hub().host());
        assertEquals("hub-a.example", second.join().hub().host());
        assertEquals(1, service.requests.size());
    }

    private CompletableFuture<Void> keep() {
        changes++;
        return kept;
    }

    @Test
    void testDevicesThatFailedTogetherDoNotRegisterTogether() {
        random = 1;
        final CompletableFuture<AssignedHub> failed = assignment.find(DEVICE);
        service.fail(FailureCategory.NOT_CONNECTED);
        assertTrue(failed.isCompletedExceptionally());
        now = now.plusSeconds(35);
        assertTrue(assignment.find(DEVICE).isCompletedExceptionally());
        now = now.plusSeconds(3);
        assertFalse(assignment.find(DEVICE).isDone());
    }

    @Test
    void testProvisioningThatThrowsIsAnAnswer() {
        service.broken = true;
        final CompletableFuture<AssignedHub> found = assignment.find(DEVICE);
        assertTrue(found.isCompletedExceptionally());
    }

    @Test
    void testWhatCannotBeKeptIsUsed() {
        kept = CompletableFuture.failedFuture(new IllegalStateException("state"));
        final CompletableFuture<AssignedHub> found = assignment.find(DEVICE);
        service.assign("hub-a.example");
        assertTrue(found.isDone() && !found.isCompletedExceptionally());
    }

    private ProvisionedHubAssignment assignment(final Map<String, String> known) {
        return new ProvisionedHubAssignment(service, known, this::keep, () -> Instant.EPOCH.plus(now), () -> now.toNanos(), () -> random);
    }

    private static IoTHubException failure(final CompletableFuture<AssignedHub> found) {
        assertTrue(found.isDone());
        return assertInstanceOf(IoTHubException.class, assertThrows(ExecutionException.class, found::get).getCause());
    }

    private static final class ScriptedProvisioning extends AbstractControllerService implements DeviceProvisioningService {

        private final List<ProvisioningRequest> requests = new ArrayList<>();

        private final List<CompletableFuture<ProvisioningResult>> pending = new ArrayList<>();

        private boolean broken;

        @Override
        public CompletableFuture<ProvisioningResult> register(final ProvisioningRequest request, final Duration timeout) {
            requests.add(request);
            if (broken) {
                throw new IllegalStateException("broken");
            }
            pending.add(new CompletableFuture<>());
            return pending.getLast();
        }

        private void assign(final String hub) {
            complete(new ProvisioningResult("sn-007", hub, "sn-007", "5.0", null, new byte[0]));
        }

        private void complete(final ProvisioningResult result) {
            pending.getLast().complete(result);
        }

        private void fail(final FailureCategory category) {
            pending.getLast().completeExceptionally(new IoTHubException(category, "Because"));
        }

        @Override
        public String getIdScope() {
            return "0ne00000001";
        }

        @Override
        public String getEndpointUri() {
            return "mqtts://dps.example/0ne00000001";
        }
    }
}
