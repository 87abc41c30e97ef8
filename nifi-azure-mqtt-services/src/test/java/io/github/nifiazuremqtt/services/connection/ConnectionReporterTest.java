/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.connection.ConnectionStateMachine.LossVerdict;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import java.time.Duration;
import org.apache.nifi.util.MockComponentLog;
import org.junit.jupiter.api.Test;

class ConnectionReporterTest {

    private static final DeviceIdentity DEVICE = DeviceIdentity.ofDevice("pump-7");

    private final MockComponentLog log = new MockComponentLog("connections", this);

    private final ConnectionReporter reporter = new ConnectionReporter(log, DEVICE);

    @Test
    void testQuotaIsABulletinOfItsOwn() {
        lose(LossVerdict.LOST);
        lose(LossVerdict.LOST);
        assertEquals(1, log.getWarnMessages().size());

        lose(LossVerdict.FRUITLESS);
        lose(LossVerdict.FRUITLESS);
        lose(LossVerdict.LOST);

        assertEquals(2, log.getWarnMessages().size());
        assertTrue(log.getWarnMessages().getLast().getMsg().contains("daily quota"));
    }

    @Test
    void testTakeoverIsABulletinOfItsOwn() {
        lose(LossVerdict.LOST);
        lose(LossVerdict.TAKEN_OVER);
        lose(LossVerdict.TAKEN_OVER);

        assertEquals(1, log.getWarnMessages().size());
        assertEquals(1, log.getErrorMessages().size());
    }

    @Test
    void testNextOutageIsABulletinAgain() {
        lose(LossVerdict.LOST);
        reporter.working();
        reporter.failed(new IoTHubException(FailureCategory.CONNECTION_LOST, "Device [pump-7]: gone"), Duration.ofSeconds(1), true);

        assertEquals(2, log.getWarnMessages().size());
    }

    private void lose(final LossVerdict verdict) {
        final MqttSessionException ending = new MqttSessionException(MqttSessionException.Kind.ENDED, "Connection closed by the hub", null);
        reporter.failed(LossReasons.describe(DEVICE, verdict, 1, ending), Duration.ofSeconds(1), true);
    }
}
