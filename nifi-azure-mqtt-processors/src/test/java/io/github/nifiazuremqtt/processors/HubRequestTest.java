/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.nifi.processor.exception.FlowFileAccessException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HubRequestTest {

    private static final DeviceIdentity DEVICE = DeviceIdentity.ofDevice("press-7");

    private static final IoTHubException REFUSAL = new IoTHubException(FailureCategory.INVALID_CONTENT, "no");

    private final FakeConnectionService service = new FakeConnectionService();

    @Test
    void testLeaseIsHeldUntilClosed() throws InterruptedException {
        final HubRequest<String> request = HubRequest.send(null, () -> service.acquire(DEVICE), connection -> CompletableFuture.completedFuture("done"));
        assertEquals("done", request.await(Duration.ZERO));
        assertEquals(1, service.countOpenLeases());

        request.close();

        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testNoLease() {
        service.setRefusal(FailureCategory.LIMIT_REACHED);

        final HubRequest<String> request = HubRequest.send(null, () -> service.acquire(DEVICE), connection -> CompletableFuture.completedFuture("done"));

        assertNull(request.connection());
        assertEquals(FailureCategory.LIMIT_REACHED, assertThrows(IoTHubException.class, () -> request.await(Duration.ZERO)).getCategory());
        request.close();
    }

    @Test
    void testRefusedBeforeItWasSent() {
        final HubRequest<String> request = HubRequest.send(null, () -> service.acquire(DEVICE), connection -> {
            throw REFUSAL;
        });

        assertSame(REFUSAL, assertThrows(IoTHubException.class, () -> request.await(Duration.ZERO)));
        assertEquals(1, service.countOpenLeases());
        request.close();
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testUnexpectedFailureLeavesNoLease() {
        assertThrows(FlowFileAccessException.class, () -> HubRequest.<String>send(null, () -> service.acquire(DEVICE), connection -> {
            throw new FlowFileAccessException("disk gone");
        }));
        assertEquals(0, service.countOpenLeases());
    }
}
