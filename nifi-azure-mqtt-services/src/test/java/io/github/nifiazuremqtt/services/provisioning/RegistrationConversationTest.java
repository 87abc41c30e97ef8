/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.UnsupportedHubException;
import io.github.nifiazuremqtt.api.IoTHubException.HubError;
import io.github.nifiazuremqtt.api.ProvisioningResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationConversationTest {

    private static final String ASSIGNING = "{\"operationId\":\"5.71cf.4469\",\"status\":\"assigning\"}";

    private static final String ASSIGNED = """
            {"operationId":"5.71cf.4469","status":"assigned","registrationState":{"x509":{},"registrationId":"sn-007","assignedHub":"contoso.azure-devices.net",
            "deviceId":"dev-7","status":"assigned","substatus":"initialAssignment"%s,"payload":{"k":"v"}}}""";

    private static final String UNAUTHORIZED = "{\"errorCode\":401000,\"trackingId\":\"t-1\",\"message\":\"Unauthorized\"}";

    private final RegistrationConversation conversation = new RegistrationConversation(new Applicant("sn-007", "0ne00000001", "primary key", Instant.EPOCH, "Is it the key of the group"), () -> 1);

    @Test
    void testAssigned() {
        assertEquals(new Step.Poll("5.71cf.4469", Duration.ofSeconds(3)), conversation.onRegisterAnswer(answer(202, 3, ASSIGNING)));
        assertEquals(new Step.Poll("5.71cf.4469", Duration.ofSeconds(3)), conversation.onPollAnswer(answer(202, 3, ASSIGNING)));

        final ProvisioningResult result = assertInstanceOf(Step.Assigned.class, conversation.onPollAnswer(answer(200, 0, ASSIGNED.formatted("")))).result();
        assertEquals("sn-007", result.registrationId());
        assertEquals("contoso.azure-devices.net", result.hostName());
        assertEquals("dev-7", result.deviceId());
        assertEquals("5.71cf.4469", result.operationId());
        assertEquals("initialAssignment", result.substatus());
        assertArrayEquals(ASSIGNED.formatted("").getBytes(StandardCharsets.UTF_8), result.json());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"connectionProfile\":null", ",\"connectionProfile\":\"classic\""})
    void testConnectionProfileClassic(final String profile) {
        assertInstanceOf(Step.Assigned.class, conversation.onRegisterAnswer(answer(200, 0, ASSIGNED.formatted(profile))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqttV5", "unheardOf"})
    void testConnectionProfileRefused(final String profile) {
        final IoTHubException failure = refused(conversation.onRegisterAnswer(answer(200, 0, ASSIGNED.formatted(",\"connectionProfile\":\"" + profile + "\""))));

        assertEquals(FailureCategory.REFUSED, failure.getCategory());
        assertTrue(failure.getMessage().contains("[" + profile + "]"), failure.getMessage());
    }

    /** Whatever is there and is not classic is no hub for this product. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"\"|[]", "{}|[{}]", "5|[5]", "\"Classic\"|[Classic]", "\"a\\nb\"|[a?b]"})
    void testConnectionProfileOfAnyKindRefused(final String json, final String named) {
        final IoTHubException failure = refused(conversation.onRegisterAnswer(answer(200, 0, ASSIGNED.formatted(",\"connectionProfile\":" + json))));
        assertInstanceOf(UnsupportedHubException.class, failure);
        assertTrue(failure.getMessage().contains("connection profile " + named), failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"0,2", "1,2", "2,2", "3,3", "60,60"})
    void testPollDelayKeepsDeviceLimit(final int retryAfter, final int delay) {
        assertEquals(new Step.Poll("5.71cf.4469", Duration.ofSeconds(delay)), conversation.onRegisterAnswer(answer(202, retryAfter, ASSIGNING)));
    }

    @Test
    void testPollAnswerWithoutOperationId() {
        conversation.onRegisterAnswer(answer(202, 3, ASSIGNING));

        assertEquals(new Step.Poll("5.71cf.4469", Duration.ofSeconds(2)), conversation.onPollAnswer(answer(202, 0, "{\"status\":\"assigning\"}")));
        assertEquals(new Step.Poll("5.71cf.4469", Duration.ofSeconds(9)), conversation.onPollAnswer(answer(429, 9, "{\"errorCode\":429001}")));
        assertEquals("5.71cf.4469", assertInstanceOf(Step.Assigned.class,
                conversation.onPollAnswer(answer(200, 0, ASSIGNED.formatted("").replace("operationId", "other")))).result().operationId());
    }

    @Test
    void testRegisterAnswerWithoutOperationIdStartsAgain() {
        assertEquals(new Step.Register(Duration.ofSeconds(3)), conversation.onRegisterAnswer(answer(202, 3, "{\"status\":\"assigning\"}")));
    }

    @Test
    void testUnassignedStartsAgainWithNewOperation() {
        conversation.onRegisterAnswer(answer(202, 3, ASSIGNING));
        assertEquals(new Step.Register(Duration.ofSeconds(2)), conversation.onPollAnswer(answer(200, 0, "{\"status\":\"unassigned\"}")));
        assertEquals(new Step.Poll("6.0", Duration.ofSeconds(2)),
                conversation.onRegisterAnswer(answer(202, 0, ASSIGNING.replace("5.71cf.4469", "6.0"))));
    }

    @Test
    void testForgottenOperationStartsAgain() {
        conversation.onRegisterAnswer(answer(202, 3, ASSIGNING));
        assertEquals(new Step.Register(Duration.ofSeconds(2)), conversation.onPollAnswer(answer(404, 0, "{\"errorCode\":404202}")));
        assertEquals(new Step.Register(Duration.ofSeconds(4)), conversation.onRegisterAnswer(answer(409, 0, "{\"errorCode\":409203}")));
    }

    @Test
    void testThrottledRegisterIsRepeatedAfterTheTimeAskedFor() {
        assertEquals(new Step.Register(Duration.ofSeconds(17)), conversation.onRegisterAnswer(answer(429, 17, "{\"errorCode\":429001}")));

        final IoTHubException setback = conversation.findSetback().orElseThrow();
        assertEquals(FailureCategory.THROTTLED, setback.getCategory());
        assertEquals(Duration.ofSeconds(17), setback.getHubError().flatMap(HubError::findRetryAfter).orElseThrow());

        conversation.onRegisterAnswer(answer(202, 3, ASSIGNING));
        assertTrue(conversation.findSetback().isEmpty());
    }

    @Test
    void testServerErrorBacksOff() {
        assertEquals(new Step.Register(Duration.ofSeconds(2)), conversation.onRegisterAnswer(answer(500, 0, "")));
        assertEquals(new Step.Register(Duration.ofSeconds(4)), conversation.onRegisterAnswer(answer(503, 0, "no json")));
        for (int repeat = 0; repeat < 20; repeat++) {
            conversation.onRegisterAnswer(answer(500, 0, ""));
        }
        assertEquals(new Step.Register(Duration.ofSeconds(100)), conversation.onRegisterAnswer(answer(500, 0, "")));
        assertEquals(FailureCategory.SERVER_ERROR, conversation.findSetback().orElseThrow().getCategory());
    }

    @Test
    void testUnauthorizedKeyNamesCredentialAndCure() {
        final IoTHubException failure = refused(conversation.onRegisterAnswer(answer(401, 0, UNAUTHORIZED)));

        assertEquals(FailureCategory.UNAUTHORIZED, failure.getCategory());
        assertEquals("""
                Registration [sn-007]: the Device Provisioning Service did not accept the primary key (401000, "Unauthorized"). Is it the key of the group. \
                Check that there is an enrollment for this registration id with this key, and that it belongs to ID Scope [0ne00000001]; if the clock \
                of this machine is wrong (the token ends at 1970-01-01T00:00:00Z), set it""", failure.getMessage());
        final HubError error = failure.getHubError().orElseThrow();
        assertEquals(401, error.statusCode());
        assertEquals(401000, error.errorCode());
        assertEquals("t-1", error.trackingId());
        assertEquals(UNAUTHORIZED, error.body());
        assertNull(error.retryAfter());
    }

    @Test
    void testUnauthorizedCertificateNamesCommonName() {
        final RegistrationConversation withCertificate = new RegistrationConversation(new Applicant("sn-007", "0ne00000001", "certificate", null, null), () -> 1);
        final IoTHubException failure = refused(withCertificate.onRegisterAnswer(answer(401, 0, "{\"errorCode\":401002,\"message\":\"Invalid certificate.\"}")));

        assertEquals(FailureCategory.UNAUTHORIZED, failure.getCategory());
        assertTrue(failure.getMessage().contains("common name of the certificate is exactly the registration id"), failure.getMessage());
        assertTrue(failure.getMessage().contains("(401002, \"Invalid certificate.\")"), failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "404 | {\"errorCode\":404201} | REFUSED | no enrollment",
        "400 | {\"errorCode\":400004,\"message\":\"Bad payload\"} | REFUSED | Bad payload",
        "200 | {\"status\":\"disabled\",\"operationId\":\"\"} | REFUSED | Enable it",
        "200 | {\"status\":\"failed\",\"registrationState\":{\"errorCode\":400207,\"errorMessage\":\"boom\"}} | REFUSED | custom allocation function",
        "200 | {\"status\":\"failed\",\"registrationState\":{\"errorCode\":400208}} | REFUSED | Link an IoT hub",
        "200 | {\"status\":\"failed\",\"registrationState\":{\"errorCode\":400209}} | REFUSED | access policy",
        "200 | {\"status\":\"failed\"} | REFUSED | Look at the enrollment",
        "200 | {\"status\":\"odd\"} | SERVER_ERROR | [odd]",
        "200 | not json | SERVER_ERROR | not understood",
        "200 | {\"status\":\"assigned\"} | SERVER_ERROR | not understood"
    })
    void testRefused(final int status, final String body, final FailureCategory category, final String text) {
        final IoTHubException failure = refused(conversation.onRegisterAnswer(answer(status, 0, body)));

        assertEquals(category, failure.getCategory());
        assertTrue(failure.getMessage().contains(text), failure.getMessage());
        assertTrue(failure.getMessage().contains("[sn-007]"), failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "400 | {\"errorCode\":400004,\"message\":\"Invalid request\"}",
        "401 | {\"errorCode\":401000}",
        "404 | {\"errorCode\":404201}"
    })
    void testRegistrationIdInUpperCase(final int status, final String body) {
        final Applicant applicant = new Applicant("ABCD123", "0ne00000001", "primary key", Instant.EPOCH, null);
        final RegistrationConversation upperCase = new RegistrationConversation(applicant, () -> 1);
        final IoTHubException failure = refused(upperCase.onRegisterAnswer(answer(status, 0, body)));

        assertTrue(failure.getMessage().startsWith("Registration [ABCD123]: "), failure.getMessage());
        assertTrue(failure.getMessage().contains("has upper-case letters, the first is [A], and the service wants lower case"), failure.getMessage());
        assertFalse(refused(conversation.onRegisterAnswer(answer(status, 0, body))).getMessage().contains("lower case"));
    }

    private static IoTHubException refused(final Step step) {
        return assertInstanceOf(Step.Refused.class, step).failure();
    }

    private static RegistrationAnswer answer(final int status, final int retryAfter, final String body) {
        return RegistrationAnswer.of(status, retryAfter == 0 ? null : Duration.ofSeconds(retryAfter), body.getBytes(StandardCharsets.UTF_8));
    }
}
