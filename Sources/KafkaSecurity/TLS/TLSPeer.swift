// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// What one connection learns of its other side, for whoever has to explain how it ended.
final class TLSPeer: Sendable {
    private struct State {
        var chain: [[UInt8]] = []
        var problem: CertificateProblem?
        /// What it said first.
        var start: [UInt8] = []
        var isReady = false
    }

    private let state = Mutex(State())
    /// Whether this side has a certificate to show.
    let hasCertificate: Bool

    init(hasCertificate: Bool) { self.hasCertificate = hasCertificate }

    func note(_ chain: [[UInt8]], _ problem: CertificateProblem?) {
        state.withLock { ($0.chain, $0.problem) = (chain, problem) }
    }

    func note(start: [UInt8]) { state.withLock { $0.start = start } }

    /// The handshake is over.
    func ready() { state.withLock { $0.isReady = true } }

    var isReady: Bool { state.withLock(\.isReady) }
    var chain: [[UInt8]] { state.withLock(\.chain) }
    var problem: CertificateProblem? { state.withLock(\.problem) }
    var start: [UInt8] { state.withLock(\.start) }
}

/// A client that has shown a certificate which is accepted, or none where it needn't.
package struct TLSPeerIdentity: Sendable, Equatable {
    /// The certificate's subject as Java writes it; nil without certificate.
    package var subject: String?
}
