/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

/** Decides who may ask for what. */
@FunctionalInterface
public interface RequestGuard {

    /** Lets everyone in. */
    RequestGuard OPEN = (method, path, authorization) -> "";

    /**
     * Judges a request.
     *
     * @param method HTTP method
     * @param path path
     * @param authorization header Authorization, empty if absent
     * @return name of the hub that the credentials are for, empty if they do not say
     * @throws ManagementException if the request is refused
     */
    String admit(String method, String path, String authorization);
}
