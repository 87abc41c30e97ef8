/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.apache.nifi.components.DescribedValue;
import org.apache.nifi.util.MockPropertyConfiguration;
import org.junit.jupiter.api.Test;

/**
 * What version 0.1.0 wrote into a flow means the same today.
 */
class CredentialMigrationTest {

    private static final String STRATEGY = "Authentication Strategy";

    @Test
    void testValuesOfTheStrategy() {
        final List<String> earlier = List.of("CONNECTION_STRING", "DEVICE_KEY", "ENROLLMENT_GROUP_KEY", "SHARED_ACCESS_POLICY", "SHARED_ACCESS_SIGNATURE",
                "X509_CERTIFICATE", "X509_PEM");
        assertEquals(List.of("Connection String", "Device Key", "Enrollment Group Key", "Shared Access Policy", "Shared Access Signature", "X.509 Certificate",
                "X.509 PEM"), earlier.stream().map(value -> migrate(Map.of(STRATEGY, value)).get(STRATEGY)).toList());
        assertEquals(CredentialProperties.AUTHENTICATION_STRATEGY.getAllowableValues().stream().map(DescribedValue::getValue).toList(),
                earlier.stream().map(value -> migrate(Map.of(STRATEGY, value)).get(STRATEGY)).toList());
    }

    @Test
    void testKeyStoreHasANameOfItsOwn() {
        assertEquals(Map.of(STRATEGY, "X.509 Certificate", "Client Certificate SSL Context Service", "id-of-the-service"),
                migrate(Map.of(STRATEGY, "X509_CERTIFICATE", "SSL Context Service", "id-of-the-service")));
    }

    @Test
    void testConfigurationOfTodayStays() {
        final Map<String, String> today = Map.of(STRATEGY, "X.509 Certificate", "Client Certificate SSL Context Service", "id", "Token Lifetime", "2 hours");
        assertEquals(today, migrate(today));
        assertEquals(Map.of(STRATEGY, "#{Strategy}"), migrate(Map.of(STRATEGY, "#{Strategy}")));
        assertEquals(Map.of(), migrate(Map.of()));
    }

    private static Map<String, String> migrate(final Map<String, String> properties) {
        final MockPropertyConfiguration configuration = new MockPropertyConfiguration(properties);
        new StandardDeviceCredentialsService().migrateProperties(configuration);
        return configuration.getRawProperties();
    }
}
