/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.dps.Attestation;
import io.github.nifiazuremqtt.emulator.dps.ProvisioningService;
import io.github.nifiazuremqtt.emulator.dps.Registration;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Enrollments and registrations with the paths and bodies of the provisioning service API. */
public final class ProvisioningServiceRoutes {

    private static final int MOST_ENROLLMENTS = 10;

    private final ProvisioningService service;
    private final Clock clock;
    private final EnrollmentRecords individuals;
    private final EnrollmentRecords groups;

    public ProvisioningServiceRoutes(final ProvisioningService service, final Clock clock) {
        this.service = service;
        this.clock = clock;
        this.individuals = new EnrollmentRecords(service.enrollments(), false, clock);
        this.groups = new EnrollmentRecords(service.enrollments(), true, clock);
    }

    public void addTo(final Routes routes) {
        addTo(routes, "/enrollments", individuals, "enrollment", request -> {
            final JsonNode body = request.jsonObject();
            requireSame(body, "registrationId", id(request));
            return individuals.put(EnrollmentView.individual(id(request), body), body, request.ifMatch());
        });
        addTo(routes, "/enrollmentGroups", groups, "enrollmentGroup", request -> {
            final JsonNode body = request.jsonObject();
            requireSame(body, "enrollmentGroupId", id(request));
            return groups.put(EnrollmentView.group(id(request), body, service.authorities()), body, request.ifMatch());
        });
        routes.add("POST", "/enrollments", serve(request -> bulk(request.jsonObject())))
                .add("GET", "/registrations/{id}", serve(request -> ManagementResponse.json(RegistrationView.of(registration(id(request))))))
                .add("DELETE", "/registrations/{id}", serve(this::removeRegistration))
                .add("POST", "/registrations/{id}/query", serve(this::registrations));
    }

    private void addTo(final Routes routes, final String root, final EnrollmentRecords records, final String itemType, final Put put) {
        final String one = root + "/{id}";
        routes.add("POST", root + "/query", serve(request -> {
            requireQuery(request, root.substring(1));
            return Page.of(records.all().stream().map(this::view).toList(), request).withHeader("x-ms-item-type", itemType);
        }))
                .add("GET", one, serve(request -> answer(records.existing(id(request)))))
                .add("PUT", one, serve(request -> answer(put.put(request))))
                .add("DELETE", one, serve(request -> {
                    records.remove(id(request), request.ifMatch());
                    return ManagementResponse.noContent();
                }))
                .add("POST", one + "/attestationmechanism",
                        serve(request -> ManagementResponse.json(EnrollmentView.of(records.existing(id(request)).enrollment().attestation()))));
    }

    private ManagementResponse answer(final EnrollmentRecord record) {
        return ManagementResponse.json(view(record)).withEtag(record.etag());
    }

    private Map<String, Object> view(final EnrollmentRecord record) {
        return EnrollmentView.of(record, service.registration(record.enrollment().id()).filter(registration -> !record.enrollment().group()));
    }

    private ManagementResponse bulk(final JsonNode body) throws ProvisioningException {
        final JsonNode enrollments = body.path("enrollments");
        if (!enrollments.isArray() || enrollments.isEmpty() || enrollments.size() > MOST_ENROLLMENTS) {
            throw ProvisioningException.badRequest("The field [enrollments] is not an array of 1 to %d enrollments.".formatted(MOST_ENROLLMENTS));
        }

        final List<Map<String, Object>> errors = new ArrayList<>();
        for (final JsonNode one : enrollments) {
            final String id = one.path("registrationId").asText();
            try {
                bulk(body.path("mode").asText(), id, one);
            } catch (final ProvisioningException e) {
                errors.add(error(id, e));
            } catch (final IllegalArgumentException e) {
                errors.add(error(id, ProvisioningException.badRequest(e.getMessage())));
            }
        }

        return ManagementResponse.json(Map.of("isSuccessful", errors.isEmpty(), "errors", errors));
    }

    private void bulk(final String mode, final String id, final JsonNode one) throws ProvisioningException {
        switch (mode) {
            case "create" -> individuals.put(EnrollmentView.individual(id, one), one, "");
            case "update" -> individuals.put(EnrollmentView.individual(id, one), one, "*");
            case "updateIfMatchETag" -> individuals.put(EnrollmentView.individual(id, one), one, etag(one));
            case "delete" -> individuals.remove(id, one.path("etag").asText(""));
            default -> throw new IllegalArgumentException("The mode [%s] is none of create, update, updateIfMatchETag, delete".formatted(mode));
        }
    }

    private static String etag(final JsonNode one) {
        final String etag = one.path("etag").asText("");
        if (etag.isEmpty()) {
            throw new IllegalArgumentException("The field [etag] is missing");
        }

        return etag;
    }

    private static Map<String, Object> error(final String id, final ProvisioningException e) {
        return new JsonObject().with("registrationId", id).with("errorCode", e.errorCode()).with("errorStatus", e.getMessage()).fields();
    }

    private Registration registration(final String id) throws ProvisioningException {
        return service.registration(id).orElseThrow(() -> ProvisioningException.notFound(id));
    }

    private ManagementResponse removeRegistration(final ManagementRequest request) throws ProvisioningException {
        registration(id(request));
        service.removeRegistration(id(request));
        return ManagementResponse.noContent();
    }

    /** The registrations of a group are those without an enrollment of their own whose proof is of the kind that the group asks for. */
    private ManagementResponse registrations(final ManagementRequest request) throws ProvisioningException {
        final Attestation attestation = groups.existing(id(request)).enrollment().attestation();
        final Stream<Registration> found = service.registrations().stream()
                .filter(registration -> service.enrollments().individual(registration.registrationId()).isEmpty())
                .filter(registration -> registration.attestation().equals(attestation.type().apiName()));
        return Page.of(found.map(RegistrationView::of).toList(), request).withHeader("x-ms-item-type", "deviceRegistration");
    }

    private static void requireSame(final JsonNode body, final String field, final String id) throws ProvisioningException {
        final String value = body.path(field).asText(id);
        if (!value.equalsIgnoreCase(id)) {
            throw ProvisioningException.badRequest("The field [%s] says [%s], the path [%s].".formatted(field, value, id));
        }
    }

    private static void requireQuery(final ManagementRequest request, final String source) throws ProvisioningException {
        final String query = request.jsonObject().path("query").asText("*").strip();
        if (!query.equals("*") && !query.matches("(?i)select\\s+\\*(\\s+from\\s+" + source + ")?")) {
            throw ProvisioningException.badRequest("The query [%s] is not emulated: SELECT * FROM %s is.".formatted(query, source));
        }
    }

    private static String id(final ManagementRequest request) {
        return request.path().get("id");
    }

    private Function<ManagementRequest, ManagementResponse> serve(final Handler handler) {
        return request -> {
            try {
                return handler.handle(request);
            } catch (final ProvisioningException e) {
                return e.response(clock.instant());
            } catch (final IllegalArgumentException e) {
                return ProvisioningException.badRequest(e.getMessage()).response(clock.instant());
            }
        };
    }

    /** Serves a request that the service may refuse. */
    @FunctionalInterface
    private interface Handler {
        ManagementResponse handle(ManagementRequest request) throws ProvisioningException;
    }

    /** Makes or changes an enrollment. */
    @FunctionalInterface
    private interface Put {
        EnrollmentRecord put(ManagementRequest request) throws ProvisioningException;
    }
}
