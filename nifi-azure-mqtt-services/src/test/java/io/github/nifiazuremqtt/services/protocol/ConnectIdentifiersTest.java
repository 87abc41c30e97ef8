/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import org.junit.jupiter.api.Test;

class ConnectIdentifiersTest {

    private static final String HUB = "contoso-hub.azure-devices.net";

    @Test
    void testDevice() {
        assertEquals(new ConnectIdentifiers("Press:7@b", HUB + "/Press:7@b/?api-version=2021-04-12&DeviceClientType=nifi-azure-mqtt%2F0.1.0%20%28NiFi%29"),
                ConnectIdentifiers.hub(HUB, DeviceIdentity.ofDevice("Press:7@b"), "nifi-azure-mqtt/0.1.0 (NiFi)", null));
    }

    @Test
    void testModuleWithModel() {
        assertEquals(new ConnectIdentifiers("d1/opc",
                        HUB + "/d1/opc/?api-version=2021-04-12&DeviceClientType=p&model-id=dtmi%3Acom%3Aexample%3AThermostat%3B1"),
                ConnectIdentifiers.hub(HUB, DeviceIdentity.of("d1", "opc"), "p", "dtmi:com:example:Thermostat;1"));
    }

    @Test
    void testProvisioning() {
        assertEquals(new ConnectIdentifiers("sn-007", "0ne00000A0A/registrations/sn-007/api-version=2026-11-02-preview&ClientVersion=p%2F1"),
                ConnectIdentifiers.provisioning("0ne00000A0A", "sn-007", ProvisioningApiVersion.WITH_CONNECTION_PROFILE, "p/1"));
        assertEquals("0ne00000A0A/registrations/sn-007/api-version=2019-03-31&ClientVersion=p%2F1",
                ConnectIdentifiers.provisioning("0ne00000A0A", "sn-007", ProvisioningApiVersion.CLASSIC, "p/1").userName());
    }
}
