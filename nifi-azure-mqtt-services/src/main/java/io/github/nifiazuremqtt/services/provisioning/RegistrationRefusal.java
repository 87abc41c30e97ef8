/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ShownText;
import io.github.nifiazuremqtt.api.UnsupportedHubException;
import java.util.Optional;

/**
 * Turns the ways in which the Device Provisioning Service says no into failures whose text names the cure (contract sections 8.4 and 8.5).
 */
final class RegistrationRefusal {

    private static final int CUSTOM_ALLOCATION_FAILED = 400207;

    private static final int NO_HUB = 400208;

    private static final int HUB_UNAUTHORIZED = 400209;

    private final Applicant applicant;

    RegistrationRefusal(final Applicant applicant) {
        this.applicant = applicant;
    }

    /**
     * @param answer answer with a status of 300 or more
     */
    IoTHubException ofError(final RegistrationAnswer answer) {
        return switch (answer.statusCode()) {
            case 401, 403 -> failure(FailureCategory.UNAUTHORIZED, answer, "did not accept the " + applicant.credentialLabel(), applicant.cure() + caseHint());
            case 404 -> failure(FailureCategory.REFUSED, answer, "knows no enrollment for this registration id",
                    "Create an individual enrollment or an enrollment group, and check ID Scope [%s]".formatted(applicant.idScope()) + caseHint());
            case 429 -> failure(FailureCategory.THROTTLED, answer, "asks to slow down", "All devices of the service share 1,000 registrations a minute");
            default -> answer.statusCode() >= 500
                    ? failure(FailureCategory.SERVER_ERROR, answer, "reports a fault of its own", "It is asked again later")
                    : failure(FailureCategory.REFUSED, answer, "refused the request", "Check ID Scope, registration id and payload" + caseHint());
        };
    }

    /** The service keeps registration ids in lower case and makes derived keys from what was typed. */
    private String caseHint() {
        return applicant.registrationId().chars().filter(Character::isUpperCase).boxed().findFirst()
                .map(letter -> (". The registration id has upper-case letters, the first is [%c], and the service wants lower case: write it so in the"
                        + " enrollment and here, for example with Expression Language, ${iothub.device.id:toLower()}").formatted(letter))
                .orElse("");
    }

    IoTHubException ofFailed(final RegistrationAnswer answer) {
        return failure(FailureCategory.REFUSED, answer, "could not assign the device", switch (answer.findErrorCode().orElse(0)) {
            case CUSTOM_ALLOCATION_FAILED -> "Look at the log of the custom allocation function of the enrollment";
            case NO_HUB -> "Link an IoT hub to the provisioning service, or give the enrollment one";
            case HUB_UNAUTHORIZED -> "Link the IoT hub to the provisioning service again: its access policy has changed";
            default -> "Look at the enrollment in the Azure portal";
        });
    }

    IoTHubException ofDisabled(final RegistrationAnswer answer) {
        return failure(FailureCategory.REFUSED, answer, "has the enrollment disabled", "Enable it in the Azure portal");
    }

    IoTHubException ofConnectionProfile(final RegistrationAnswer answer, final String profile) {
        final Optional<String> hostName = answer.findState("assignedHub");
        return new UnsupportedHubException("""
                Registration [%s]: the Device Provisioning Service assigned the hub [%s] with the connection profile [%s], which speaks another protocol than \
                MQTT 3.1.1. Let the enrollment assign a hub with the classic profile\
                """.formatted(applicant.registrationId(), ShownText.value(hostName.orElse("")), ShownText.value(profile)), answer.toHubError(),
                hostName.orElse(null), profile);
    }

    IoTHubException ofUnknownAnswer(final RegistrationAnswer answer) {
        return failure(FailureCategory.SERVER_ERROR, answer, "gave an answer that is not understood", "Its status is [%s]"
                .formatted(ShownText.value(answer.findStatus().orElse(""))));
    }

    private IoTHubException failure(final FailureCategory category, final RegistrationAnswer answer, final String event, final String cure) {
        final String code = answer.findErrorCode().map(String::valueOf).orElseGet(() -> String.valueOf(answer.statusCode()));
        final String said = answer.findMessage().map(ShownText::remark).map(", \"%s\""::formatted).orElse("");
        return new IoTHubException(category, "Registration [%s]: the Device Provisioning Service %s (%s%s). %s"
                .formatted(applicant.registrationId(), event, code, said, cure), answer.toHubError(), null);
    }
}
