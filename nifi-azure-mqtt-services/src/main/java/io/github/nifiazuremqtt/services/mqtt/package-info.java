/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * One MQTT session, whatever the server is: how to connect, send, subscribe and receive, and how a connection ends. The library that does it does not show
 * outside of this package.
 */
package io.github.nifiazuremqtt.services.mqtt;
