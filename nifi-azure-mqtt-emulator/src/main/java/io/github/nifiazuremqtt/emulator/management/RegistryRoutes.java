/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.hub.RegisteredIdentity;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The identity registry, with the paths and bodies of the IoT Hub service API. */
public final class RegistryRoutes {

    private final Function<ManagementRequest, IoTHub> hubs;

    /** Serves the hub that is chosen for a request. */
    public RegistryRoutes(final Function<ManagementRequest, IoTHub> hubs) {
        this.hubs = hubs;
    }

    public void addTo(final Routes routes) {
        routes.add("GET", "/devices", this::devices)
                .add("GET", "/devices/{device}", this::get)
                .add("PUT", "/devices/{device}", this::put)
                .add("DELETE", "/devices/{device}", this::delete)
                .add("GET", "/devices/{device}/modules", this::modules)
                .add("GET", "/devices/{device}/modules/{module}", this::get)
                .add("PUT", "/devices/{device}/modules/{module}", this::put)
                .add("DELETE", "/devices/{device}/modules/{module}", this::delete);
    }

    private ManagementResponse devices(final ManagementRequest request) {
        final IoTHub hub = hubs.apply(request);
        final long top = Long.parseLong(request.query().getOrDefault("top", "1000"));
        return ManagementResponse.json(hub.registry().devices().stream().limit(top).map(identity -> view(hub, identity)).toList());
    }

    private ManagementResponse modules(final ManagementRequest request) {
        final IoTHub hub = hubs.apply(request);
        final List<Map<String, Object>> modules = hub.registry().modules(request.path().get("device")).stream().map(identity -> view(hub, identity)).toList();
        return ManagementResponse.json(modules);
    }

    private ManagementResponse get(final ManagementRequest request) {
        final IoTHub hub = hubs.apply(request);
        return ManagementResponse.json(view(hub, existing(hub, request.identity())));
    }

    private ManagementResponse put(final ManagementRequest request) {
        final IoTHub hub = hubs.apply(request);
        final IdentityKey key = request.identity();
        final RegisteredIdentity before = hub.registry().find(key).orElse(null);
        if (before != null && request.ifMatch().isEmpty()) {
            throw new ManagementException(409, key.isModule() ? "ModuleAlreadyExistsOnDevice" : "DeviceAlreadyExists", "[%s] exists".formatted(key));
        }

        requireMatch(request, before);
        final JsonNode body = request.json();
        final boolean enabled = !body.path("status").asText("enabled").equals("disabled");
        final Authentication kept = before == null ? Authentication.newKeys() : before.authentication();
        return ManagementResponse.json(view(hub, hub.registry().put(key, enabled, authentication(body.path("authentication"), kept))));
    }

    private ManagementResponse delete(final ManagementRequest request) {
        final IoTHub hub = hubs.apply(request);
        final IdentityKey key = request.identity();
        requireMatch(request, existing(hub, key));
        hub.registry().remove(key);
        return ManagementResponse.noContent();
    }

    private static RegisteredIdentity existing(final IoTHub hub, final IdentityKey key) {
        return hub.registry().find(key).orElseThrow(() -> new ManagementException(
                404, key.isModule() ? "ModuleNotFound" : "DeviceNotFound", "[%s] is not registered".formatted(key)));
    }

    private static void requireMatch(final ManagementRequest request, final RegisteredIdentity before) {
        final String wanted = request.ifMatch();
        if (!wanted.isEmpty() && !wanted.equals("*") && (before == null || !wanted.equals(before.etag()))) {
            throw new ManagementException(412, "PreconditionFailed", "the entity tag is another");
        }
    }

    private static Authentication authentication(final JsonNode node, final Authentication kept) {
        final JsonNode keys = node.path("symmetricKey");
        final JsonNode thumbprints = node.path("x509Thumbprint");
        return switch (node.path("type").asText(kept.type().apiName())) {
            case "sas" -> {
                final Authentication basis = kept.type() == Authentication.Type.SAS ? kept : Authentication.newKeys();
                yield Authentication.keys(keys.path("primaryKey").asText(basis.primary()), keys.path("secondaryKey").asText(basis.secondary()));
            }
            case "selfSigned" -> new Authentication(
                    Authentication.Type.SELF_SIGNED, thumbprints.path("primaryThumbprint").asText(""), thumbprints.path("secondaryThumbprint").asText(""));
            case "certificateAuthority" -> new Authentication(Authentication.Type.CERTIFICATE_AUTHORITY, "", "");
            default -> throw new IllegalArgumentException("unknown authentication type");
        };
    }

    private static Map<String, Object> view(final IoTHub hub, final RegisteredIdentity identity) {
        final IdentityKey key = identity.key();
        final JsonObject view = new JsonObject().with("deviceId", key.deviceId());
        if (key.isModule()) {
            view.with("moduleId", key.moduleId());
        }

        return view.with("generationId", identity.generationId())
                .with("etag", identity.etag())
                .with("connectionState", hub.session(key).isPresent() ? "Connected" : "Disconnected")
                .with("status", identity.enabled() ? "enabled" : "disabled")
                .with("authentication", view(identity.authentication()))
                .fields();
    }

    private static Map<String, Object> view(final Authentication authentication) {
        final boolean keys = authentication.type() == Authentication.Type.SAS;
        final boolean thumbprints = authentication.type() == Authentication.Type.SELF_SIGNED;
        return new JsonObject()
                .with("symmetricKey", new JsonObject()
                        .with("primaryKey", keys ? authentication.primary() : null)
                        .with("secondaryKey", keys ? authentication.secondary() : null).fields())
                .with("x509Thumbprint", new JsonObject()
                        .with("primaryThumbprint", thumbprints ? authentication.primary() : null)
                        .with("secondaryThumbprint", thumbprints ? authentication.secondary() : null).fields())
                .with("type", authentication.type().apiName())
                .fields();
    }
}
