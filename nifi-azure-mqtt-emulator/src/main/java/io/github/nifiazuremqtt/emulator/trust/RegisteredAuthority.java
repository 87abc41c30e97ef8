/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.trust;

import java.security.cert.X509Certificate;

/**
 * A certificate authority that a service knows.
 *
 * @param name name of the registration
 * @param certificate certificate of the authority
 * @param verified whether somebody has proved to hold its key; only then it counts
 * @param verificationCode the code to be answered, empty if none was asked for
 */
public record RegisteredAuthority(String name, X509Certificate certificate, boolean verified, String verificationCode) {
}
