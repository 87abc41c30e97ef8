/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import java.util.List;

/**
 * What an entry of the identity registry says beside its credentials.
 *
 * @param statusReason why it is enabled or disabled, empty if nobody has said
 * @param iotEdge whether it is an IoT Edge device
 * @param deviceScope scope in a hierarchy of IoT Edge devices, empty for none
 * @param parentScopes scopes of the parents
 */
public record IdentityDetails(String statusReason, boolean iotEdge, String deviceScope, List<String> parentScopes) {

    static final IdentityDetails NONE = new IdentityDetails("", false, "", List.of());
}
