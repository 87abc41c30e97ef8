/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.util.MockProcessContext;
import org.apache.nifi.util.MockValidationContext;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A value that would be refused for every FlowFile is refused in the dialog. */
class LiteralValidatorTest {

    private static final List<PropertyDescriptor> PROPERTIES = List.of(PublishToIoTHub.CREATION_TIME, PublishToIoTHub.MESSAGE_ID, UpdateTwin.EXPECTED_VERSION,
            RegisterWithDPS.PAYLOAD);

    private final TestRunner runner = TestRunners.newTestRunner(PublishToIoTHub.class);

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Creation Time|2026-03-01T12:00:00.000Z|true",
        "Creation Time|2026-03-01T12:00:00+00:00|true",
        "Creation Time|${now():format('yyyy')}|true",
        "Creation Time|yesterday|false",
        "Creation Time|2026-03-02|false",
        "Creation Time|2026-02-30T12:00:00Z|false",
        "Creation Time|2026-03-01T12:00:00+01:00|false",
        "Creation Time|1772366400000|false",
        "Message ID|m-1:a.b+%_#*?!(),=@;$'|true",
        "Message ID|${uuid} of today|true",
        "Message ID|two words|false",
        "Message ID|\u00e4|false",
        "Expected Version|7|true",
        "Expected Version|${iothub.twin.reported.version}|true",
        "Expected Version|-1|false",
        "Expected Version|newest|false",
        "Payload|{\"modelId\":\"dtmi:com:example:Thermostat;1\"}|true",
        "Payload|{\"serial\":\"${serial}\"}|true",
        "Payload|[1]|false",
        "Payload|{\"modelId\":|false",
    })
    void testLiteral(final String property, final String value, final boolean valid) {
        final PropertyDescriptor descriptor = PROPERTIES.stream().filter(candidate -> candidate.getName().equals(property)).findFirst().orElseThrow();
        final List<String> faults = descriptor.getValidators().stream()
                .map(validator -> validator.validate(property, value, new MockValidationContext((MockProcessContext) runner.getProcessContext())))
                .filter(result -> !result.isValid()).map(Object::toString).toList();
        assertEquals(valid, faults.isEmpty(), faults.toString());
        faults.forEach(fault -> assertFalse(fault.contains(value), fault));
    }
}
