/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import java.security.KeyStore;
import java.security.Security;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A factory of one key manager that exists already, for a library that asks for factories.
 */
final class PredefinedKeyManagerFactory extends KeyManagerFactory {

    PredefinedKeyManagerFactory(final X509ExtendedKeyManager keyManager) {
        super(new PredefinedSpi(keyManager), Security.getProviders()[0], KeyManagerFactory.getDefaultAlgorithm());
    }

    private static final class PredefinedSpi extends KeyManagerFactorySpi {

        private final X509ExtendedKeyManager keyManager;

        private PredefinedSpi(final X509ExtendedKeyManager keyManager) {
            this.keyManager = keyManager;
        }

        @Override
        protected void engineInit(final KeyStore keyStore, final char[] password) {
            throw new UnsupportedOperationException("The key manager is given");
        }

        @Override
        protected void engineInit(final ManagerFactoryParameters parameters) {
            throw new UnsupportedOperationException("The key manager is given");
        }

        @Override
        protected KeyManager[] engineGetKeyManagers() {
            return new KeyManager[]{keyManager};
        }
    }
}
