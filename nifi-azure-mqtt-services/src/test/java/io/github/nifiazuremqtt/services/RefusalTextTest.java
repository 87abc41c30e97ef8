/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.emulator.certificate.CertificateAuthority;
import io.github.nifiazuremqtt.emulator.certificate.CertificateProfile;
import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.certificate.Validity;
import io.github.nifiazuremqtt.emulator.dps.Attestation;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.util.LogMessage;
import org.apache.nifi.util.MockComponentLog;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a person reads when an identity is refused: in the verification and in the bulletin, with the cure. */
@Timeout(60)
class RefusalTextTest {

    private static final String DEVICE = "sn-007";

    private static final CertificateAuthority ROOT = CertificateAuthority.root("Plant Root");

    private static final CertificateAuthority FOREIGN_ROOT = CertificateAuthority.root("Foreign Root");

    private static final String AUTHORITY = "root";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static Stream<Refusal> refusals() {
        return Stream.of(
                new Refusal("key of another certificate", Place.DIALOG, certificate(mismatched()), "does not belong to certificate [CN=sn-007]",
                        "give the two that were made together"),
                new Refusal("encrypted key without password", Place.DIALOG, RefusalTextTest::setEncryptedKey, "Private Key text is encrypted",
                        "set Private Key Password"),

                new Refusal("wrong common name", Place.HUB, certificate(issue("other")),
                        "common name is [other] and not [sn-007]", "registered with the thumbprint", "make one with the common name [sn-007]"),
                new Refusal("expired certificate", Place.HUB, certificate(valid(Validity.expired())), "[CN=sn-007] ended at", "renew it"),
                new Refusal("certificate of the future", Place.HUB, certificate(valid(tomorrow())), "the clock of this node shows", "set the clock, or wait"),
                new Refusal("wrong certificate authority", Place.HUB, certificate(FOREIGN_ROOT.issue(CertificateProfile.client(DEVICE))),
                        "the CA [CN=Foreign Root]", "must be registered and verified"),
                new Refusal("group key used as device key", Place.HUB, emulated -> emulated.setKey(AuthenticationStrategy.DEVICE_KEY),
                        "refused the primary key", "If the key is that of an enrollment group, choose the strategy Enrollment Group Key"),
                new Refusal("disabled device", Place.HUB, emulated -> emulated.firstHub.hub().registry().setEnabled(IdentityKey.device(DEVICE), false),
                        "the device is disabled"),
                new Refusal("clock more than an hour behind", Place.HUB, RefusalTextTest::nothing, "the clock of this machine is (it says",
                        "the token ends", "if that is wrong, set it").behind(),

                new Refusal("wrong common name", Place.PROVISIONING, certificate(issue("other")),
                        "the common name is [other]", "wants the registration id [sn-007]", "make a certificate with it"),
                new Refusal("expired certificate", Place.PROVISIONING, certificate(valid(Validity.expired())), "[CN=sn-007] ended at", "renew it"),
                new Refusal("wrong certificate authority", Place.PROVISIONING, certificate(FOREIGN_ROOT.issue(CertificateProfile.client(DEVICE))),
                        "the CA [CN=Foreign Root]", "must be registered and verified"),
                new Refusal("wrong ID Scope", Place.PROVISIONING, emulated -> emulated.setIdScope("0ne0000FFFF"),
                        "With a key that means as a rule that ID Scope is wrong", "[0ne0000FFFF]", "overview page"),
                new Refusal("group key used as device key", Place.REGISTRATION, emulated -> emulated.setKey(AuthenticationStrategy.DEVICE_KEY),
                        "did not accept the primary key (401", "If the key is that of an enrollment group, choose the strategy Enrollment Group Key"),
                new Refusal("disabled enrollment", Place.REGISTRATION, emulated -> emulated.dps.enrollments().put(EmulatedProvisioning.group().disabled()),
                        "has the enrollment disabled", "Enable it in the Azure portal"),
                new Refusal("clock more than an hour behind", Place.REGISTRATION, RefusalTextTest::nothing, "did not accept the key derived from the group key",
                        "if the clock of this machine is wrong (the token ends at", "set it").behind());
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void testTextNamesCauseAndCure(final Refusal refusal) throws Exception {
        try (EmulatedProvisioning emulated = new EmulatedProvisioning(refusal.serverClock())) {
            arrange(emulated, refusal);
            if (refusal.place() == Place.DIALOG) {
                assertNamed(refusal, List.of(assertThrows(IllegalStateException.class, emulated::enable).getMessage()));
                return;
            }
            emulated.enable();

            final String shownByProcessor = connectInVain(emulated);
            assertNamed(refusal, List.of(shownByProcessor));
            assertNamed(refusal, bulletins(emulated, shownByProcessor));

            final List<String> shownByServices = verify(emulated, refusal);
            if (refusal.place() == Place.REGISTRATION) {
                // The service looks at keys and enrollments when a device registers, which a verification does not do.
                assertEquals(List.of(), shownByServices);
            } else {
                assertNamed(refusal, shownByServices);
            }
        }
    }

    private static void arrange(final EmulatedProvisioning emulated, final Refusal refusal) {
        emulated.firstHub.hub().authorities().addVerified(AUTHORITY, ROOT.certificate());
        emulated.dps.service().authorities().addVerified(AUTHORITY, ROOT.certificate());
        emulated.dps.enrollments().put(Enrollment.group("by certificate", Attestation.authority(AUTHORITY)));
        register(emulated, Authentication.keys(SasToken.derivedKey(EmulatedProvisioning.GROUP_KEY, DEVICE), Authentication.newKey()));
        if (refusal.place() == Place.HUB) {
            emulated.useFirstHub();
        }
        refusal.arrangement().accept(emulated);
    }

    /**
     * @return the failure, as the verification of a processor shows it
     */
    private static String connectInVain(final EmulatedProvisioning emulated) throws InterruptedException {
        try (DeviceConnection connection = emulated.connections.acquire(DeviceIdentity.ofDevice(DEVICE))) {
            return connection.awaitConnected(PATIENCE).findLastFailure().orElseThrow().getMessage();
        } catch (final IoTHubException e) {
            return e.getMessage();
        }
    }

    /**
     * @param shownByProcessor announced by the processor if it gets no connection at all, and then not by the service
     */
    private static List<String> bulletins(final EmulatedProvisioning emulated, final String shownByProcessor) {
        final MockComponentLog log = emulated.runner.getControllerServiceLogger("connections");
        final List<String> bulletins = Stream.of(log.getErrorMessages(), log.getWarnMessages()).flatMap(List::stream).map(RefusalTextTest::text).toList();
        return bulletins.isEmpty() ? List.of(shownByProcessor) : bulletins;
    }

    private static String text(final LogMessage message) {
        return message.getMsg() + Arrays.toString(message.getArgs());
    }

    private static List<String> verify(final EmulatedProvisioning emulated, final Refusal refusal) {
        final Map<String, String> attributes = Map.of("iothub.device.id", DEVICE, "dps.registration.id", DEVICE);
        final List<ConfigVerificationResult> results = refusal.place() == Place.HUB
                ? emulated.connections.verify(emulated.context(emulated.connections), emulated.runner.getLogger(), attributes)
                : emulated.provisioning.verify(emulated.context(emulated.provisioning), emulated.runner.getLogger(), attributes);
        return results.stream()
                .filter(result -> result.getOutcome() == Outcome.FAILED)
                .map(ConfigVerificationResult::getExplanation)
                .toList();
    }

    private static void assertNamed(final Refusal refusal, final List<String> texts) {
        assertTrue(texts.stream().anyMatch(text -> refusal.words().stream().allMatch(text::contains)), () -> String.join("\n", texts));
    }

    private static CertifiedKey issue(final String commonName) {
        return ROOT.issue(CertificateProfile.client(commonName));
    }

    private static CertifiedKey valid(final Validity validity) {
        return CertifiedKey.selfSigned(CertificateProfile.client(DEVICE).withValidity(validity));
    }

    private static Validity tomorrow() {
        final Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
        return new Validity(tomorrow, tomorrow.plus(Duration.ofDays(1)));
    }

    private static CertifiedKey mismatched() {
        return new CertifiedKey(issue(DEVICE).privateKey(), issue(DEVICE).chain());
    }

    private static Consumer<EmulatedProvisioning> certificate(final CertifiedKey key) {
        return emulated -> {
            register(emulated, Authentication.certificateAuthority());
            emulated.setCertificate(key);
        };
    }

    private static void setEncryptedKey(final EmulatedProvisioning emulated) {
        final CertifiedKey key = issue(DEVICE);
        emulated.setCertificate(key);
        emulated.setPrivateKey(Pem.privateKey(key.privateKey(), "secret".toCharArray()));
    }

    private static void nothing(final EmulatedProvisioning emulated) {
        // The clock is enough.
    }

    private static void register(final EmulatedProvisioning emulated, final Authentication authentication) {
        emulated.firstHub.hub().registry().put(IdentityKey.device(DEVICE), true, authentication);
    }

    /** Who refuses, and when. */
    private enum Place {

        /** The dialog: what is typed there can never work. */
        DIALOG,

        /** The hub, or nobody because it is found before. */
        HUB,

        /** The provisioning service at CONNECT, or nobody because it is found before. */
        PROVISIONING,

        /** The provisioning service when the device registers. */
        REGISTRATION
    }

    /**
     * A way to be refused.
     *
     * @param words all stand in the text
     */
    private record Refusal(String name, Place place, Consumer<EmulatedProvisioning> arrangement, Clock serverClock, List<String> words) {

        private Refusal(final String name, final Place place, final Consumer<EmulatedProvisioning> arrangement, final String... words) {
            this(name, place, arrangement, Clock.systemUTC(), List.of(words));
        }

        /** Tokens are good for an hour and tolerated for five minutes more. */
        private Refusal behind() {
            return new Refusal(name, place, arrangement, Clock.offset(Clock.systemUTC(), Duration.ofMinutes(66)), words);
        }

        @Override
        public String toString() {
            return place + ": " + name;
        }
    }
}
