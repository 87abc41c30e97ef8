/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import io.github.nifiazuremqtt.emulator.dps.Allocation;
import io.github.nifiazuremqtt.emulator.dps.AllocationFailedException;
import io.github.nifiazuremqtt.emulator.dps.AllocationRequest;
import io.github.nifiazuremqtt.emulator.dps.AllocationResult;
import io.github.nifiazuremqtt.emulator.dps.Attestation;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.dps.Registration;
import io.github.nifiazuremqtt.emulator.dps.Reprovisioning;
import io.github.nifiazuremqtt.emulator.hub.IdentityRules;
import io.github.nifiazuremqtt.emulator.trust.AuthorityRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Enrollments as JSON, with the fields of the provisioning service API. Certificates are PEM text, or Base64 of it. A custom allocation is its result:
 * {@code "customAllocation": {"iotHub": .., "returnData": {..}}} or {@code {"errorMessage": ..}}.
 */
final class EnrollmentView {

    /** Fields that are given back as they came. */
    private static final List<String> KEPT = List.of(
            "optionalDeviceInformation", "iotHubHostName", "allocationPolicy", "iotHubs", "customAllocation", "customAllocationDefinition");

    private EnrollmentView() {
    }

    static Enrollment individual(final String registrationId, final JsonNode body) {
        return complete(Enrollment.individual(registrationId, individualAttestation(body.path("attestation"))), body);
    }

    /** A group; an authority that is given as a certificate becomes one of the service, under the name of the group. */
    static Enrollment group(final String name, final JsonNode body, final AuthorityRegistry authorities) {
        final Enrollment group = complete(Enrollment.group(name, groupAttestation(name, body.path("attestation"))), body);
        certificate(body.at("/attestation/x509/signingCertificates/primary")).ifPresent(certificate -> authorities.addVerified(name, certificate));
        return group;
    }

    /** An enrollment with its keys. */
    static Map<String, Object> of(final Enrollment enrollment) {
        return view(enrollment).with("attestation", of(enrollment.attestation())).fields();
    }

    /** An enrollment as the service API gives it out: keys have to be asked for in a request of their own. */
    static Map<String, Object> of(final EnrollmentRecord record, final Optional<Registration> registration) {
        final Attestation attestation = record.enrollment().attestation();
        final boolean keys = attestation.type() == Attestation.Type.SYMMETRIC_KEY;
        final JsonObject view = view(record.enrollment())
                .with("attestation", keys ? Map.of("type", attestation.type().apiName()) : of(attestation))
                .with("capabilities", Map.of("iotEdge", false));
        for (final String field : KEPT) {
            if (record.document().hasNonNull(field)) {
                view.with(field, record.document().get(field));
            }
        }

        registration.ifPresent(outcome -> view.with("registrationState", RegistrationView.of(outcome)));
        return view.with("etag", '"' + record.etag() + '"')
                .with("createdDateTimeUtc", record.created().toString())
                .with("lastUpdatedDateTimeUtc", record.updated().toString())
                .fields();
    }

    static Map<String, Object> of(final Attestation attestation) {
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

    private static JsonObject view(final Enrollment enrollment) {
        final JsonObject view = new JsonObject().with(enrollment.group() ? "enrollmentGroupId" : "registrationId", enrollment.id());
        if (!enrollment.deviceId().isEmpty()) {
            view.with("deviceId", enrollment.deviceId());
        }

        return view.with("attestation", null)
                .with("provisioningStatus", enrollment.enabled() ? "enabled" : "disabled")
                .with("reprovisionPolicy", new JsonObject()
                        .with("updateHubAssignment", enrollment.reprovisioning() != Reprovisioning.NEVER)
                        .with("migrateDeviceData", enrollment.reprovisioning() == Reprovisioning.MIGRATE_DATA).fields());
    }

    private static Attestation individualAttestation(final JsonNode node) {
        if (!type(node).equals("x509")) {
            return symmetricKeys(node.path("symmetricKey"));
        }

        final String authority = text(node.at("/x509/caReferences/primary"));
        if (!authority.isEmpty()) {
            return Attestation.authority(authority);
        }

        final Attestation primary = certificate(node.at("/x509/clientCertificates/primary")).map(Attestation::clientCertificate)
                .orElseThrow(() -> new IllegalArgumentException("The x509 attestation of one device needs clientCertificates with a primary one"));
        return certificate(node.at("/x509/clientCertificates/secondary"))
                .map(secondary -> new Attestation(primary.type(), primary.primary(), Thumbprint.sha256(secondary).hex()))
                .orElse(primary);
    }

    private static Attestation groupAttestation(final String name, final JsonNode node) {
        if (!type(node).equals("x509")) {
            return symmetricKeys(node.path("symmetricKey"));
        }

        final String authority = text(node.at("/x509/caReferences/primary"));
        if (authority.isEmpty() && certificate(node.at("/x509/signingCertificates/primary")).isEmpty()) {
            throw new IllegalArgumentException("The x509 attestation of a group needs caReferences or signingCertificates with a primary one");
        }

        return Attestation.authority(authority.isEmpty() ? name : authority);
    }

    private static String type(final JsonNode node) {
        final String type = node.path("type").asText("symmetricKey");
        if (!type.equals("symmetricKey") && !type.equals("x509")) {
            throw new IllegalArgumentException("The attestation [%s] is not emulated: symmetricKey and x509 are".formatted(type));
        }

        return type;
    }

    private static Attestation symmetricKeys(final JsonNode keys) {
        final Attestation fresh = Attestation.symmetricKey();
        return Attestation.symmetricKey(key(keys.path("primaryKey"), fresh.primary()), key(keys.path("secondaryKey"), fresh.secondary()));
    }

    private static String key(final JsonNode node, final String fresh) {
        if (text(node).isEmpty()) {
            return fresh;
        }

        IdentityRules.requireKey(text(node));
        return text(node);
    }

    /** The certificate of a node {@code {"certificate": ..}}. */
    private static Optional<X509Certificate> certificate(final JsonNode node) {
        final String text = text(node.path("certificate"));
        if (text.isEmpty()) {
            return Optional.empty();
        }

        try {
            if (text.startsWith("-----")) {
                return Pem.readCertificates(text).stream().findFirst();
            }

            final byte[] decoded = Base64.getMimeDecoder().decode(text);
            final String inner = new String(decoded, StandardCharsets.ISO_8859_1);
            return inner.startsWith("-----") ? Pem.readCertificates(inner).stream().findFirst() : Optional.of(
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(decoded)));
        } catch (final IOException | CertificateException e) {
            throw new IllegalArgumentException("The certificate is neither PEM nor Base64 of PEM or DER", e);
        }
    }

    private static Enrollment complete(final Enrollment enrollment, final JsonNode body) {
        IdentityRules.requireRegistrationId(enrollment.id());
        requireEmulated(body);
        final String deviceId = text(body.path("deviceId"));
        if (!deviceId.isEmpty()) {
            IdentityRules.requireId(deviceId);
        }

        final Enrollment complete = enrollment
                .withDeviceId(deviceId)
                .withAllocation(allocation(body))
                .withReprovisioning(reprovisioning(body.path("reprovisionPolicy")));
        final String status = body.path("provisioningStatus").asText("enabled");
        return switch (status) {
            case "enabled" -> complete;
            case "disabled" -> complete.disabled();
            default -> throw new IllegalArgumentException("The provisioning status [%s] is neither enabled nor disabled".formatted(status));
        };
    }

    /** Nothing that somebody relies on is dropped in silence. */
    private static void requireEmulated(final JsonNode body) {
        final JsonNode twin = body.path("initialTwin");
        if (!twin.path("tags").isEmpty() || !twin.at("/properties/desired").isEmpty()) {
            throw new IllegalArgumentException("An initial twin is not emulated");
        }

        if (body.at("/capabilities/iotEdge").asBoolean()) {
            throw new IllegalArgumentException("IoT Edge devices from an enrollment are not emulated");
        }

        if (body.hasNonNull("customAllocationDefinition")) {
            throw new IllegalArgumentException("The webhook of customAllocationDefinition is not called: give its result in customAllocation");
        }
    }

    private static Allocation allocation(final JsonNode body) {
        final List<String> hubs = StreamSupport.stream(body.path("iotHubs").spliterator(), false).map(JsonNode::asText).toList();
        final String single = text(body.path("iotHubHostName"));
        final String policy = body.path("allocationPolicy").asText(single.isEmpty() ? "hashed" : "static");
        return switch (policy) {
            // all hubs are equally near, and then the service spreads devices
            case "hashed", "geoLatency" -> hubs.isEmpty() ? Allocation.hashed() : among(hubs);
            case "static" -> Allocation.toHub(single.isEmpty() ? first(hubs) : single);
            case "custom" -> custom(body.path("customAllocation"));
            default -> throw new IllegalArgumentException("The allocation policy [%s] is none of hashed, geoLatency, static, custom".formatted(policy));
        };
    }

    private static Allocation among(final List<String> hubs) {
        return request -> Allocation.hashed().allocate(new AllocationRequest(
                request.registrationId(), request.payload(), request.hubs().stream().filter(hubs::contains).toList()));
    }

    private static String first(final List<String> hubs) {
        if (hubs.isEmpty()) {
            throw new IllegalArgumentException("The static allocation needs a hub in iotHubs");
        }

        return hubs.getFirst();
    }

    private static Allocation custom(final JsonNode result) {
        if (result.has("errorMessage")) {
            final String message = result.get("errorMessage").asText();
            return request -> {
                throw new AllocationFailedException(AllocationFailedException.CUSTOM_ALLOCATION_FAILED, message);
            };
        }

        final String hub = text(result.path("iotHub"));
        if (hub.isEmpty()) {
            throw new IllegalArgumentException("The field [customAllocation.iotHub] is missing");
        }

        return request -> new AllocationResult(hub, result.get("returnData"));
    }

    private static Reprovisioning reprovisioning(final JsonNode policy) {
        if (!policy.path("updateHubAssignment").asBoolean(true)) {
            return Reprovisioning.NEVER;
        }

        return policy.path("migrateDeviceData").asBoolean(true) ? Reprovisioning.MIGRATE_DATA : Reprovisioning.RESET_DATA;
    }

    private static String text(final JsonNode node) {
        return node.isMissingNode() || node.isNull() ? "" : node.asText();
    }
}
