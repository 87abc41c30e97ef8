/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

/** Behaviour of the provisioning service that is not known for certain. The default is the stricter one; a switch selects the other. */
public enum DpsSwitch {
    /** A user name in the style of the hub, {@code /?api-version=}, is accepted (row 64). */
    HUB_STYLE_USER_NAME,
    /** A user name without API version is accepted (row 64). */
    USER_NAME_WITHOUT_API_VERSION,
    /** A user name with an API version from the previews of connection profiles on is refused at CONNECT (row 64). */
    PREVIEW_API_REFUSED,
    /** A request under such a version is answered with 400 to the registration. */
    PREVIEW_API_REFUSED_AT_REGISTRATION,
    /** An unknown id scope is answered with 401 to the registration instead of at CONNECT (row 65). */
    UNKNOWN_SCOPE_AT_REGISTRATION,
    /** A certificate is refused with 401 to the registration instead of at CONNECT (row 68). */
    CERTIFICATE_REFUSED_AT_REGISTRATION,
    /** An unknown registration id with a token is answered with 404 instead of 401. */
    UNKNOWN_ID_NOT_FOUND,
    /** A signing request with an API version that does not know it is answered with 400 instead of being ignored (row 74). */
    SIGNING_REQUEST_REFUSED
}
