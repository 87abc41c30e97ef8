/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import java.security.KeyStore;
import java.security.Security;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.TrustManagerFactorySpi;
import javax.net.ssl.X509TrustManager;

/**
 * A factory of one trust manager that exists already, for a library that asks for factories.
 */
final class PredefinedTrustManagerFactory extends TrustManagerFactory {

    PredefinedTrustManagerFactory(final X509TrustManager trustManager) {
        super(new PredefinedSpi(trustManager), Security.getProviders()[0], TrustManagerFactory.getDefaultAlgorithm());
    }

    private static final class PredefinedSpi extends TrustManagerFactorySpi {

        private final X509TrustManager trustManager;

        private PredefinedSpi(final X509TrustManager trustManager) {
            this.trustManager = trustManager;
        }

        @Override
        protected void engineInit(final KeyStore keyStore) {
            throw new UnsupportedOperationException("The trust manager is given");
        }

        @Override
        protected void engineInit(final ManagerFactoryParameters parameters) {
            throw new UnsupportedOperationException("The trust manager is given");
        }

        @Override
        protected TrustManager[] engineGetTrustManagers() {
            return new TrustManager[]{trustManager};
        }
    }
}
