/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.util.List;
import java.util.Map;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectionVerificationTest {

    private static final String STEP_BY_STEP = "To see how far it comes disable the IoT Hub Connection Service and use its Verify, with the attribute"
            + " iothub.device.id: it goes the way step by step";

    private final FakeConnectionService service = new FakeConnectionService();

    private final UpdateTwin processor = new UpdateTwin();

    private final TestRunner runner = TestRunners.newTestRunner(processor);

    @BeforeEach
    void start() throws Exception {
        runner.addControllerService(FakeConnectionService.IDENTIFIER, service);
        runner.enableControllerService(service);
        runner.setProperty(IoTHubProperties.CONNECTION_SERVICE, FakeConnectionService.IDENTIFIER);
        runner.setProperty(IoTHubProperties.DEVICE_ID, "press-7");
    }

    @Test
    void testConnected() {
        assertConnection(Outcome.SUCCESSFUL, "[press-7] is connected to contoso.azure-devices.net since 1970-01-01T00:00:00Z");
    }

    @Test
    void testNeverConnected() {
        service.device("press-7").refuse(new IoTHubException(FailureCategory.UNAUTHORIZED, "Device [press-7]: [contoso] refused the primary key"));

        assertConnection(Outcome.FAILED, "[press-7] is not connected: Device [press-7]: [contoso] refused the primary key. " + STEP_BY_STEP);
    }

    @Test
    void testConnectedBefore() {
        service.device("press-7").disconnect(FailureCategory.CONNECTION_LOST);

        assertConnection(Outcome.FAILED, "[press-7] is not connected to contoso.azure-devices.net: CONNECTION_LOST for [press-7]. " + STEP_BY_STEP);
    }

    @Test
    void testNoAnswer() {
        service.device("press-7").refuse(null);

        assertConnection(Outcome.FAILED, "[press-7] is not connected: neither a connection nor a refusal within 30 seconds; something on the way does not answer. "
                + STEP_BY_STEP);
    }

    private void assertConnection(final Outcome outcome, final String explanation) {
        final List<ConfigVerificationResult> results = processor.verify(runner.getProcessContext(), runner.getLogger(), Map.of());
        assertEquals(List.of(Outcome.SUCCESSFUL, outcome), results.stream().map(ConfigVerificationResult::getOutcome).toList());
        assertEquals(explanation, results.getLast().getExplanation());
    }
}
