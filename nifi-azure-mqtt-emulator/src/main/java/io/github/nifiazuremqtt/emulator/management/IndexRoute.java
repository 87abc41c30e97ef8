/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

/** {@code GET /}: what there is. */
public final class IndexRoute {

    private final Routes routes;

    /** Tells of these paths, also of those that are added later. */
    public IndexRoute(final Routes routes) {
        this.routes = routes;
    }

    public void addTo(final Routes target) {
        target.add("GET", "/", request -> ManagementResponse.json(new JsonObject()
                .with("service", "IoT Hub emulator")
                .with("documentation", "docs/emulator.md")
                .with("paths", routes.listing())
                .fields()));
    }
}
