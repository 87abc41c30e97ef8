/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.util.function.Function;

/** Serves a request that a hub may refuse. */
@FunctionalInterface
interface ServiceHandler {

    ManagementResponse handle(ManagementRequest request) throws ServiceException;

    /** A handler whose refusals become error answers. */
    static Function<ManagementRequest, ManagementResponse> of(final ServiceHandler handler) {
        return request -> {
            try {
                return handler.handle(request);
            } catch (final ServiceException e) {
                throw ManagementException.of(e.error(), e.getMessage());
            }
        };
    }
}
