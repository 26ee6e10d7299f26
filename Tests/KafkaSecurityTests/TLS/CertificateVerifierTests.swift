// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaSecurity

@Suite("Verifying certificates")
struct CertificateVerifierTests {
    private static let forever = KeyMaterial.forever
    private let authority: CertificateAuthority
    private let stranger: CertificateAuthority

    init() throws {
        authority = try CertificateAuthority(name: "authority", validity: Self.forever)
        stranger = try CertificateAuthority(name: "stranger", validity: Self.forever)
    }

    private func problem(
        _ chain: [[UInt8]], host: String? = nil, trusting anchors: [[UInt8]]? = nil, isServer: Bool = true
    ) async -> CertificateProblem? {
        await CertificateVerifier(anchors: anchors ?? [authority.identity.certificate], isServer: isServer)
            .problem(chain, host: host)
    }

    private func broker(_ names: [String] = ["broker.example"]) throws -> [UInt8] {
        try authority.issue(to: "broker", names: names, validity: Self.forever).certificate
    }

    @Test("A certificate is accepted for its names and addresses, and for no others")
    func names() async throws {
        let broker = try broker(["broker.example", "*.brokers.example", "*.one", "10.0.0.1", "fe80::1"])
        for host in ["broker.example", "BROKER.example", "a.brokers.example", "10.0.0.1", "fe80:0::1", "fe80::1%eth0"] {
            #expect(await problem([broker], host: host) == nil, "\(host)")
        }
        for host in ["example", "a.b.brokers.example", "brokers.example", "a.one", "10.0.0.2", "fe80::2", ""] {
            let words = await problem([broker], host: host)?.words(isServer: true) ?? ""
            #expect(
                words.hasPrefix(
                    "its certificate is for broker.example, *.brokers.example, *.one, 10.0.0.1, fe80::1, not for \(host);"
                ), "\(host)")
        }
        // Without names the subject's counts, but never for an address.
        #expect(await problem([try self.broker([])], host: "broker") == nil)
        #expect(await problem([try self.broker(["other"])], host: "broker") != nil)
    }

    @Test("A certificate out of its time is named with that time")
    func times() async throws {
        let old = try authority.issue(to: "old", names: [], validity: 0...1_000_000_000).certificate
        let young = try authority.issue(to: "young", names: [], validity: 3_900_000_000...4_000_000_000).certificate
        #expect(
            await problem([old])?.words(isServer: true).hasPrefix(
                "the certificate of CN=old has expired on 2001-09-09T01:46:40Z;") == true)
        #expect(
            await problem([young])?.words(isServer: true).hasPrefix(
                "the certificate of CN=young is not valid before 2093-08-01T21:20:00Z;") == true)
        let expired = try CertificateAuthority(name: "expired", validity: 0...1_000_000_000)
        let leaf = try expired.issue(to: "leaf", names: [], validity: Self.forever).certificate
        #expect(
            await problem([leaf], trusting: [expired.identity.certificate])
                == .expired(try expired.identity.facts))
    }

    @Test("Whom nobody vouches for is named with the one who would have to be trusted")
    func unknown() async throws {
        let leaf = try stranger.issue(to: "leaf", names: [], validity: Self.forever).certificate
        #expect(await problem([leaf]) == .unknownAuthority(try CertificateFacts(der: leaf)))
        #expect(await problem([leaf, stranger.identity.certificate]) == .unknownAuthority(try stranger.identity.facts))
        // A name is not enough.
        let impostor = try CertificateAuthority(name: "authority", validity: Self.forever)
        let forged = try impostor.issue(to: "leaf", names: [], validity: Self.forever).certificate
        #expect(await problem([forged]) != nil)
        #expect(await problem([forged, impostor.identity.certificate]) != nil)
        // Nor is one who may not vouch for others.
        let broker = try authority.issue(to: "broker", names: [], validity: Self.forever)
        #expect(await problem([leaf, broker.certificate]) != nil)
        #expect(await problem([]) == .refused("there is none"))
        #expect(await problem([[1, 2, 3]]) != nil)
    }

    @Test("A peer whose own certificate is trusted needs nobody to vouch for it")
    func pinned() async throws {
        let leaf = try stranger.issue(to: "leaf", names: ["a.example"], validity: Self.forever).certificate
        #expect(await problem([leaf], host: "a.example", trusting: [leaf]) == nil)
        #expect(await problem([leaf], host: "b.example", trusting: [leaf]) != nil)
    }

    @Test("A client's certificate is none of a server, and the reverse")
    func usages() async throws {
        let client = try authority.issue(to: "c", names: [], isServer: false, validity: Self.forever).certificate
        let server = try authority.issue(to: "s", names: [], isClient: false, validity: Self.forever).certificate
        #expect(await problem([client]) == .otherUsage(try CertificateFacts(der: client), isServer: true))
        #expect(
            await problem([server], isServer: false) == .otherUsage(try CertificateFacts(der: server), isServer: false))
        #expect(await problem([server]) == nil)
        #expect(await problem([client], isServer: false) == nil)
    }
}
