/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The user name of a CONNECT to the provisioning service: {@code {idScope}/registrations/{registrationId}/api-version=..}.
 *
 * @param idScope id scope
 * @param registrationId registration id as typed
 * @param apiVersion API version, empty if there is none
 * @param hubStyle whether a question mark stands before the API version
 */
record ProvisioningUserName(String idScope, String registrationId, String apiVersion, boolean hubStyle) {

    private static final Pattern SHAPE = Pattern.compile("([^/]+)/registrations/([A-Za-z0-9._:-]{0,127}[A-Za-z0-9-])(?:/(.*))?");
    private static final String FIRST_WITH_CONNECTION_PROFILES = "2025-07-01";
    private static final Pattern API_DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Pattern API_VERSION = Pattern.compile("(?:^|&)api-version=([^&]*)");

    static Optional<ProvisioningUserName> parse(final String text) {
        final Matcher shape = SHAPE.matcher(text);
        if (!shape.matches()) {
            return Optional.empty();
        }

        final String query = shape.group(3) == null ? "" : shape.group(3);
        final boolean hubStyle = query.startsWith("?");
        final Matcher version = API_VERSION.matcher(hubStyle ? query.substring(1) : query);
        return Optional.of(new ProvisioningUserName(shape.group(1), shape.group(2), version.find() ? version.group(1) : "", hubStyle));
    }

    /**
     * Whether the API version is one that speaks of connection profiles and signing requests. Versions begin with their date, which orders them; a preview of
     * the day counts.
     */
    boolean knowsConnectionProfiles() {
        return API_DATE.matcher(apiVersion).lookingAt() && apiVersion.compareTo(FIRST_WITH_CONNECTION_PROFILES) >= 0;
    }

    /** Whether a text is meant to be such a user name. */
    static boolean isMeantBy(final String text) {
        return text.matches("[^/]*/registrations/.*");
    }
}
