/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import io.github.nifiazuremqtt.emulator.certificate.CommonName;
import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import io.github.nifiazuremqtt.emulator.mqtt.ConnectRequest;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import io.github.nifiazuremqtt.emulator.time.EmulatorTimings;
import io.github.nifiazuremqtt.emulator.trust.AuthorityRegistry;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Judges who a CONNECT comes from. */
final class Authenticator {

    private final Function<String, Set<String>> resourceHosts;
    private final DeviceRegistry registry;
    private final AuthorityRegistry authorities;
    private final Collection<SharedAccessPolicy> policies;
    private final Set<HubSwitch> switches;
    private final Clock clock;
    private final Supplier<EmulatorTimings> timings;

    Authenticator(final Function<String, Set<String>> resourceHosts, final DeviceRegistry registry, final AuthorityRegistry authorities,
                  final Collection<SharedAccessPolicy> policies, final Set<HubSwitch> switches, final Clock clock, final Supplier<EmulatorTimings> timings) {
        this.resourceHosts = resourceHosts;
        this.registry = registry;
        this.authorities = authorities;
        this.policies = policies;
        this.switches = switches;
        this.clock = clock;
        this.timings = timings;
    }

    Proof authenticate(final ConnectRequest request, final HubUserName userName) throws ConnectRefusedException {
        final IdentityKey key = userName.key();
        if (!request.clientId().equals(key.clientId())) {
            throw new ConnectRefusedException(6, "the client id is not [%s] as in the user name".formatted(key));
        }

        if (request.password().length == 0) {
            return byCertificate(request, key);
        }

        if (switches.contains(HubSwitch.SAS_DISABLED)) {
            throw new ConnectRefusedException(19, "the hub takes no SAS");
        }

        final SasToken token = SasToken.parse(request.passwordText())
                .orElseThrow(() -> new ConnectRefusedException(10, "the password is not a token"));
        return byToken(token, userName.host(), key);
    }

    private Proof byCertificate(final ConnectRequest request, final IdentityKey key) throws ConnectRefusedException {
        if (request.clientCertificates().isEmpty()) {
            throw new ConnectRefusedException(9, "neither password nor client certificate");
        }

        final RegisteredIdentity identity = enabled(key);
        if (identity.authentication().type() == Authentication.Type.SAS) {
            throw new ConnectRefusedException(19, "a certificate for an identity with keys");
        }

        final X509Certificate leaf = request.clientCertificates().getFirst();
        final Date now = Date.from(clock.instant());
        if (now.before(leaf.getNotBefore()) || now.after(leaf.getNotAfter())) {
            throw new ConnectRefusedException(20, "the certificate is valid from %s to %s, it is %s".formatted(
                    leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant(), now.toInstant()));
        }

        if (identity.authentication().type() == Authentication.Type.SELF_SIGNED) {
            requireThumbprint(identity, leaf);
        } else {
            requireAuthority(key, request.clientCertificates());
        }

        return new Proof(identity, key.isModule() ? "module" : "device", "x509", Instant.MAX);
    }

    private static void requireThumbprint(final RegisteredIdentity identity, final X509Certificate leaf) throws ConnectRefusedException {
        if (!identity.authentication().knows(leaf)) {
            throw new ConnectRefusedException(20, "the thumbprint [%s] is not registered for [%s]".formatted(Thumbprint.sha256(leaf), identity.key()));
        }
    }

    private void requireAuthority(final IdentityKey key, final List<X509Certificate> chain) throws ConnectRefusedException {
        final String commonName = CommonName.of(chain.getFirst()).orElse("");
        if (!commonName.equals(key.clientId())) {
            throw new ConnectRefusedException(20, "the common name [%s] is not [%s]".formatted(commonName, key));
        }

        if (authorities.issuerOf(chain).isEmpty()) {
            throw new ConnectRefusedException(20, "the chain does not lead to a verified authority of this hub");
        }
    }

    private Proof byToken(final SasToken token, final String userNameHost, final IdentityKey key) throws ConnectRefusedException {
        final Instant now = clock.instant();
        if (now.isAfter(token.expiresAt().plus(timings.get().tokenSkew()))) {
            throw new ConnectRefusedException(11, "the token has expired at %s, it is %s".formatted(token.expiresAt(), now));
        }

        if (resourceHosts.apply(userNameHost).stream().noneMatch(host -> token.covers(host + "/" + key.topicRoot()))) {
            throw new ConnectRefusedException(14, "the token is for [%s]".formatted(token.resource()));
        }

        final RegisteredIdentity identity = enabled(key);
        if (identity.authentication().type() != Authentication.Type.SAS) {
            throw new ConnectRefusedException(19, "a token for an identity with certificates");
        }

        final String scope = token.policy().isEmpty() ? signer(token, identity) : policy(token);
        return new Proof(identity, scope, "sas", token.expiresAt());
    }

    private RegisteredIdentity enabled(final IdentityKey key) throws ConnectRefusedException {
        final RegisteredIdentity identity = registry.find(key)
                .orElseThrow(() -> new ConnectRefusedException(18, "[%s] is not registered".formatted(key)));
        final boolean deviceEnabled = registry.find(IdentityKey.device(key.deviceId())).map(RegisteredIdentity::enabled).orElse(false);
        if (!identity.enabled() || !deviceEnabled) {
            throw new ConnectRefusedException(18, "[%s] is disabled".formatted(key));
        }

        return identity;
    }

    private String signer(final SasToken token, final RegisteredIdentity identity) throws ConnectRefusedException {
        if (isSignedBy(token, identity.authentication())) {
            return identity.key().isModule() ? "module" : "device";
        }

        if (identity.key().isModule()) {
            final Authentication device = registry.find(IdentityKey.device(identity.key().deviceId())).orElseThrow().authentication();
            if (device.type() == Authentication.Type.SAS && isSignedBy(token, device)) {
                if (switches.contains(HubSwitch.MODULE_TAKES_DEVICE_TOKEN)) {
                    return "device";
                }

                throw new ConnectRefusedException(21, "a module with the key of its device");
            }
        }

        throw new ConnectRefusedException(13, "the signature was not made with a key of [%s] over the token's own spelling".formatted(identity.key()));
    }

    private String policy(final SasToken token) throws ConnectRefusedException {
        final SharedAccessPolicy policy = policies.stream().filter(candidate -> candidate.name().equals(token.policy())).findFirst()
                .orElseThrow(() -> new ConnectRefusedException(17, "there is no policy [%s]".formatted(token.policy())));
        if (!policy.permissions().contains(SharedAccessPolicy.Permission.DEVICE_CONNECT)) {
            throw new ConnectRefusedException(17, "the policy [%s] lacks DeviceConnect".formatted(token.policy()));
        }

        if (!token.isSignedWith(policy.primaryKey()) && !token.isSignedWith(policy.secondaryKey())) {
            throw new ConnectRefusedException(13, "the signature was not made with a key of the policy [%s]".formatted(token.policy()));
        }

        return "hub";
    }

    private static boolean isSignedBy(final SasToken token, final Authentication authentication) {
        return token.isSignedWith(authentication.primary()) || token.isSignedWith(authentication.secondary());
    }
}
