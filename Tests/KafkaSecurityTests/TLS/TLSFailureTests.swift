// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaSecurity

@Suite("Why a connection can't be encrypted")
struct TLSFailureTests {
    /// As the TLS library tells of an alert.
    private struct Alert: Error, CustomStringConvertible {
        let description: String
    }

    private func words(_ alert: String, isShown: Bool, isServer: Bool = false, isReady: Bool) -> String {
        TLSFailure(
            Alert(description: alert), TLSPeer(hasCertificate: isShown), isServer: isServer, isReady: isReady
        ).description
    }

    @Test("An alert about the certificate of a client without one means that it lacks", arguments: [true, false])
    func missing(isReady: Bool) {
        for alert in ["tlsv1 alert certificate required", "sslv3 alert bad certificate", "tlsv1 alert unknown ca"] {
            #expect(words(alert, isShown: false, isReady: isReady).hasPrefix("asks for a certificate of the client"))
        }
    }

    @Test("An alert about a certificate that was shown is about that", arguments: [true, false])
    func refused(isReady: Bool) {
        for alert in ["sslv3 alert bad certificate", "sslv3 alert certificate unknown", "tlsv1 alert unknown ca"] {
            #expect(words(alert, isShown: true, isReady: isReady).contains("doesn't accept this client's certificate"))
            #expect(
                words(alert, isShown: true, isServer: true, isReady: isReady)
                    .contains("doesn't accept this listener's certificate"))
        }
    }
}
