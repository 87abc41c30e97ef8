/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

/** The two authorities of a directory, spelled as they are typed and as their directories are called. */
enum AuthorityName {
    root,
    intermediate
}
