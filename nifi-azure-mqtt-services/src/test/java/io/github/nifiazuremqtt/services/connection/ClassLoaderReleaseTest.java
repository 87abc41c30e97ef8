/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulatorExtension;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A NAR that is unloaded must be gone: no thread, and no thread-local of a thread that published or connected, may hold on to its class loader. */
@Timeout(60)
class ClassLoaderReleaseTest {

    @RegisterExtension
    private final IoTHubEmulatorExtension extension = IoTHubEmulatorExtension.builder().device(OneConnection.DEVICE).build();

    @Test
    void testClassLoaderIsReleased() throws Exception {
        final WeakReference<ClassLoader> released = useInClassLoaderOfItsOwn();
        ConnectedHub.await(() -> {
            System.gc();
            return released.get() == null;
        });
    }

    private WeakReference<ClassLoader> useInClassLoaderOfItsOwn() throws Exception {
        try (NarClassLoader loader = new NarClassLoader()) {
            loader.loadClass(OneConnection.class.getName()).getMethod("use", IoTHubEmulator.class).invoke(null, extension.emulator());
            return new WeakReference<>(loader);
        }
    }

    /** Loads what the NAR brings by itself, as NiFi does. */
    private static final class NarClassLoader extends URLClassLoader {

        private static final List<String> BUNDLED = List.of("io.github.nifiazuremqtt.services.", "com.hivemq.", "io.netty.", "io.reactivex.", "org.reactivestreams.",
                "com.fasterxml.jackson.", "org.jctools.", "dagger.");

        private NarClassLoader() {
            super(classPath(), NarClassLoader.class.getClassLoader());
        }

        private static URL[] classPath() {
            final String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
            return Arrays.stream(path.split(File.pathSeparator)).map(NarClassLoader::url).toArray(URL[]::new);
        }

        private static URL url(final String file) {
            try {
                return new File(file).toURI().toURL();
            } catch (final MalformedURLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected Class<?> loadClass(final String name, final boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                final Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                return BUNDLED.stream().anyMatch(name::startsWith) ? findClass(name) : super.loadClass(name, resolve);
            }
        }
    }
}
