/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.dps.Allocation;
import io.github.nifiazuremqtt.emulator.dps.AllocationFailedException;
import io.github.nifiazuremqtt.emulator.dps.AllocationResult;
import io.github.nifiazuremqtt.emulator.dps.Attestation;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.dps.Reprovisioning;
import java.io.IOException;
import java.util.Map;

/**
 * Enrollments as JSON, with the fields of the provisioning service API. Certificates are PEM text. A custom allocation is its result:
 * {@code "customAllocation": {"iotHub": .., "returnData": {..}}} or {@code {"errorMessage": ..}}.
 */
final class EnrollmentView {

    private EnrollmentView() {
    }

    static Enrollment individual(final String registrationId, final JsonNode body) {
        return complete(Enrollment.individual(registrationId, attestation(body.path("attestation"))), body);
    }

    static Enrollment group(final String name, final JsonNode body) {
        return complete(Enrollment.group(name, attestation(body.path("attestation"))), body);
    }

    static Map<String, Object> of(final Enrollment enrollment) {
        final JsonObject view = new JsonObject().with(enrollment.group() ? "enrollmentGroupId" : "registrationId", enrollment.id());
        if (!enrollment.deviceId().isEmpty()) {
            view.with("deviceId", enrollment.deviceId());
        }

        return view.with("attestation", of(enrollment.attestation()))
                .with("provisioningStatus", enrollment.enabled() ? "enabled" : "disabled")
                .with("reprovisionPolicy", new JsonObject()
                        .with("updateHubAssignment", enrollment.reprovisioning() != Reprovisioning.NEVER)
                        .with("migrateDeviceData", enrollment.reprovisioning() == Reprovisioning.MIGRATE_DATA).fields())
                .fields();
    }

    private static Map<String, Object> of(final Attestation attestation) {
        final JsonObject view = new JsonObject().with("type", attestation.type().apiName());
        return switch (attestation.type()) {
            case SYMMETRIC_KEY -> view.with("symmetricKey", new JsonObject()
                    .with("primaryKey", attestation.primary())
                    .with("secondaryKey", attestation.secondary()).fields()).fields();
            case CLIENT_CERTIFICATE -> view.with("x509", Map.of("clientCertificates", Map.of("primary", Map.of("info",
                    Map.of("sha256Thumbprint", attestation.primary()))))).fields();
            case AUTHORITY -> view.with("x509", Map.of("caReferences", Map.of("primary", attestation.primary()))).fields();
        };
    }

    private static Attestation attestation(final JsonNode node) {
        if (!node.path("type").asText("symmetricKey").equals("x509")) {
            final Attestation fresh = Attestation.symmetricKey();
            final JsonNode keys = node.path("symmetricKey");
            return Attestation.symmetricKey(keys.path("primaryKey").asText(fresh.primary()), keys.path("secondaryKey").asText(fresh.secondary()));
        }

        final String authority = node.at("/x509/caReferences/primary").asText("");
        if (!authority.isEmpty()) {
            return Attestation.authority(authority);
        }

        try {
            return Pem.readCertificates(node.at("/x509/clientCertificates/primary/certificate").asText()).stream().findFirst()
                    .map(Attestation::clientCertificate)
                    .orElseThrow(() -> new IllegalArgumentException("x509 needs caReferences or clientCertificates with PEM"));
        } catch (final IOException e) {
            throw new IllegalArgumentException("The certificate cannot be read", e);
        }
    }

    private static Enrollment complete(final Enrollment enrollment, final JsonNode body) {
        final Enrollment complete = enrollment
                .withDeviceId(body.path("deviceId").asText(""))
                .withAllocation(allocation(body))
                .withReprovisioning(reprovisioning(body.path("reprovisionPolicy")));
        return body.path("provisioningStatus").asText("enabled").equals("disabled") ? complete.disabled() : complete;
    }

    private static Allocation allocation(final JsonNode body) {
        return switch (body.path("allocationPolicy").asText("hashed")) {
            case "hashed" -> Allocation.hashed();
            case "static" -> Allocation.toHub(required(body.at("/iotHubs/0"), "iotHubs"));
            case "custom" -> custom(body.path("customAllocation"));
            default -> throw new IllegalArgumentException("The allocation policy is one of hashed, static, custom");
        };
    }

    private static Allocation custom(final JsonNode result) {
        if (result.has("errorMessage")) {
            final String message = result.get("errorMessage").asText();
            return request -> {
                throw new AllocationFailedException(AllocationFailedException.CUSTOM_ALLOCATION_FAILED, message);
            };
        }

        final String hub = required(result.path("iotHub"), "customAllocation.iotHub");
        return request -> new AllocationResult(hub, result.get("returnData"));
    }

    private static Reprovisioning reprovisioning(final JsonNode policy) {
        if (!policy.path("updateHubAssignment").asBoolean(true)) {
            return Reprovisioning.NEVER;
        }

        return policy.path("migrateDeviceData").asBoolean(true) ? Reprovisioning.MIGRATE_DATA : Reprovisioning.RESET_DATA;
    }

    private static String required(final JsonNode node, final String field) {
        if (!node.isTextual()) {
            throw new IllegalArgumentException("The field [%s] is missing".formatted(field));
        }

        return node.asText();
    }
}
