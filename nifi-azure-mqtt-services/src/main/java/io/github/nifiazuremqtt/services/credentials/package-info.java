/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * How devices prove who they are: keys, tokens, certificates, and when they end. No secret leaves through a text, an exception or {@code toString}.
 */
package io.github.nifiazuremqtt.services.credentials;
