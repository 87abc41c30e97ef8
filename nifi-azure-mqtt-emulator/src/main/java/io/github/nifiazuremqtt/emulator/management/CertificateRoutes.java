/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import io.github.nifiazuremqtt.emulator.trust.AuthorityRegistry;
import io.github.nifiazuremqtt.emulator.trust.RegisteredAuthority;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Certificate authorities and their proof of possession, with the operations and names of the Azure Resource Manager API and PEM for certificates. */
public final class CertificateRoutes {

    private final String prefix;
    private final Function<ManagementRequest, AuthorityRegistry> registries;

    /**
     * Serves the registry that is chosen for a request.
     *
     * @param prefix path below which the certificates lie
     * @param registries the registry that a request means
     */
    public CertificateRoutes(final String prefix, final Function<ManagementRequest, AuthorityRegistry> registries) {
        this.prefix = prefix;
        this.registries = registries;
    }

    public void addTo(final Routes routes) {
        final String one = prefix + "/{name}";
        routes.add("GET", prefix, this::list)
                .add("GET", one, request -> answer(existing(request)))
                .add("PUT", one, this::put)
                .add("DELETE", one, this::delete)
                .add("POST", one + "/generateVerificationCode", this::generateVerificationCode)
                .add("POST", one + "/verify", this::verify);
    }

    private ManagementResponse list(final ManagementRequest request) {
        return ManagementResponse.json(registries.apply(request).all().stream().map(CertificateRoutes::view).toList());
    }

    private ManagementResponse put(final ManagementRequest request) {
        final JsonNode body = request.json();
        final AuthorityRegistry registry = registries.apply(request);
        final X509Certificate certificate = certificate(body);
        return answer(body.path("isVerified").asBoolean() ? registry.addVerified(name(request), certificate) : registry.add(name(request), certificate));
    }

    private ManagementResponse delete(final ManagementRequest request) {
        registries.apply(request).remove(existing(request).name());
        return ManagementResponse.noContent();
    }

    private ManagementResponse generateVerificationCode(final ManagementRequest request) {
        return answer(registries.apply(request).generateVerificationCode(existing(request).name()));
    }

    private ManagementResponse verify(final ManagementRequest request) {
        return answer(registries.apply(request).verify(existing(request).name(), certificate(request.json())));
    }

    private RegisteredAuthority existing(final ManagementRequest request) {
        return registries.apply(request).find(name(request))
                .orElseThrow(() -> new ManagementException(404, "CertificateNotFound", "there is no certificate [%s]".formatted(name(request))));
    }

    private static String name(final ManagementRequest request) {
        return request.path().get("name");
    }

    private static X509Certificate certificate(final JsonNode body) {
        try {
            final List<X509Certificate> certificates = Pem.readCertificates(body.path("certificate").asText());
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("The field [certificate] holds no certificate in PEM");
            }

            return certificates.getFirst();
        } catch (final IOException e) {
            throw new IllegalArgumentException("The field [certificate] cannot be read", e);
        }
    }

    private static ManagementResponse answer(final RegisteredAuthority authority) {
        return ManagementResponse.json(view(authority));
    }

    private static Map<String, Object> view(final RegisteredAuthority authority) {
        final JsonObject properties = new JsonObject()
                .with("subject", authority.certificate().getSubjectX500Principal().getName())
                .with("expiry", authority.certificate().getNotAfter().toInstant().toString())
                .with("thumbprint", Thumbprint.sha1(authority.certificate()).hex())
                .with("isVerified", authority.verified());
        if (!authority.verificationCode().isEmpty()) {
            properties.with("verificationCode", authority.verificationCode());
        }

        return new JsonObject().with("name", authority.name()).with("properties", properties.fields()).fields();
    }
}
