/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.dps.Enrollments;
import io.github.nifiazuremqtt.emulator.dps.ProvisioningService;
import io.github.nifiazuremqtt.emulator.dps.ScriptedAnswer;
import io.github.nifiazuremqtt.emulator.dps.Scripts;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The provisioning service below {@code /emulator/dps}: enrollments, registrations, certificates, scripts and counters. */
public final class ProvisioningRoutes {

    private static final String ROOT = "/emulator/dps";

    private final ProvisioningService service;

    public ProvisioningRoutes(final ProvisioningService service) {
        this.service = service;
    }

    public void addTo(final Routes routes) {
        routes.add("GET", ROOT, request -> ManagementResponse.json(Map.of("idScope", service.idScope(), "hubs", service.hubNames())))
                .add("GET", ROOT + "/enrollments", request -> list(service.enrollments().individuals()))
                .add("GET", ROOT + "/enrollments/{id}", request -> one(request, service.enrollments().individual(id(request))))
                .add("PUT", ROOT + "/enrollments/{id}", request -> put(EnrollmentView.individual(id(request), request.jsonObject())))
                .add("DELETE", ROOT + "/enrollments/{id}", request -> removed(request, service.enrollments().removeIndividual(id(request))))
                .add("GET", ROOT + "/enrollmentGroups", request -> list(service.enrollments().groups()))
                .add("GET", ROOT + "/enrollmentGroups/{id}", request -> one(request, service.enrollments().group(id(request))))
                .add("PUT", ROOT + "/enrollmentGroups/{id}", request -> put(EnrollmentView.group(id(request), request.jsonObject(), service.authorities())))
                .add("DELETE", ROOT + "/enrollmentGroups/{id}", request -> removed(request, service.enrollments().removeGroup(id(request))))
                .add("GET", ROOT + "/registrations", request -> registrations())
                .add("GET", ROOT + "/registrations/{id}", this::registration)
                .add("DELETE", ROOT + "/registrations/{id}", request -> removed(request, service.removeRegistration(id(request))))
                .add("POST", ROOT + "/registrations/{id}/reassign", this::reassign)
                .add("POST", ROOT + "/hubs/{id}/evacuate", this::evacuate)
                .add("POST", ROOT + "/scripts", this::script)
                .add("DELETE", ROOT + "/scripts", this::clearScripts)
                .add("GET", ROOT + "/counters", request -> counters());
        new CertificateRoutes(ROOT + "/certificates", request -> service.authorities()).addTo(routes);
    }

    private ManagementResponse put(final Enrollment enrollment) {
        final Enrollments enrollments = service.enrollments();
        enrollments.put(enrollment);
        return ManagementResponse.json(EnrollmentView.of(enrollment));
    }

    private static ManagementResponse list(final List<Enrollment> enrollments) {
        return ManagementResponse.json(enrollments.stream().map(EnrollmentView::of).toList());
    }

    private static ManagementResponse one(final ManagementRequest request, final Optional<Enrollment> enrollment) {
        return ManagementResponse.json(EnrollmentView.of(enrollment.orElseThrow(() -> missing(request))));
    }

    private static ManagementResponse removed(final ManagementRequest request, final boolean existed) {
        if (!existed) {
            throw missing(request);
        }

        return ManagementResponse.noContent();
    }

    private ManagementResponse registrations() {
        return ManagementResponse.json(service.registrations().stream().map(RegistrationView::of).toList());
    }

    private ManagementResponse registration(final ManagementRequest request) {
        return ManagementResponse.json(RegistrationView.of(service.registration(id(request)).orElseThrow(() -> missing(request))));
    }

    private ManagementResponse reassign(final ManagementRequest request) {
        service.reassign(id(request), request.json().path("iotHub").asText());
        return ManagementResponse.noContent();
    }

    private ManagementResponse evacuate(final ManagementRequest request) {
        service.evacuate(id(request));
        return ManagementResponse.noContent();
    }

    /** An answer ({@code "on": "register"} or {@code "poll"}), an ending ({@code "end": {..}}) or a {@code "connectionProfile"}. */
    private ManagementResponse script(final ManagementRequest request) {
        final JsonNode body = request.json();
        final String registrationId = body.path("registrationId").asText(Scripts.ANYONE);
        final Scripts scripts = service.scripts();
        if (body.has("on")) {
            final int times = body.path("times").asInt(1);
            switch (body.get("on").asText()) {
                case "register" -> scripts.onRegister(registrationId, answer(body), times);
                case "poll" -> scripts.onPoll(registrationId, answer(body), times);
                default -> throw new IllegalArgumentException("The field [on] is one of register, poll");
            }
        } else if (body.has("end")) {
            final JsonNode end = body.get("end");
            scripts.end(registrationId, end.path("status").asText("failed"), end.path("errorCode").asInt(), end.path("errorMessage").asText());
        } else if (body.has("connectionProfile")) {
            scripts.connectionProfile(registrationId, body.get("connectionProfile").asText());
        } else {
            throw new IllegalArgumentException("One of the fields [on], [end], [connectionProfile] is needed");
        }

        return ManagementResponse.noContent();
    }

    private ManagementResponse clearScripts(final ManagementRequest request) {
        service.scripts().clear();
        return ManagementResponse.noContent();
    }

    private static ScriptedAnswer answer(final JsonNode body) {
        return new ScriptedAnswer(body.path("status").asInt(), body.path("errorCode").asInt(), body.path("message").asText(),
                body.path("retryAfter").asInt());
    }

    private ManagementResponse counters() {
        return ManagementResponse.json(new JsonObject()
                .with("registrations", service.counters().registrations())
                .with("registrationsById", service.counters().registrationsById())
                .with("polls", service.counters().polls())
                .with("throttled", service.counters().throttled())
                .with("unauthorized", service.counters().unauthorized())
                .fields());
    }

    private static String id(final ManagementRequest request) {
        return request.path().get("id");
    }

    private static ManagementException missing(final ManagementRequest request) {
        return new ManagementException(404, "NotFound", "there is no [%s]".formatted(id(request)));
    }
}
