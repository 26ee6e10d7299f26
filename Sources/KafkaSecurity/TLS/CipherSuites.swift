// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// Cipher suites by IANA's names and by OpenSSL's.
enum CipherSuites {
    /// Those that the TLS library has besides TLS 1.3's, by OpenSSL's name and IANA's.
    private static let older = [
        ("ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        ("ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
        ("ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
        ("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        ("ECDHE-RSA-AES256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
        ("ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
        ("ECDHE-ECDSA-AES128-SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
        ("ECDHE-ECDSA-AES256-SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
        ("ECDHE-RSA-AES128-SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
        ("ECDHE-RSA-AES256-SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"),
        ("AES128-GCM-SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256"),
        ("AES256-GCM-SHA384", "TLS_RSA_WITH_AES_256_GCM_SHA384"),
        ("AES128-SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"),
        ("AES256-SHA", "TLS_RSA_WITH_AES_256_CBC_SHA"),
    ]
    /// All of TLS 1.3; which of them is used can't be chosen.
    private static let newest = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"]

    /// What a list leaves of TLS 1.2's suites, as OpenSSL names them, and whether it leaves some of TLS 1.3.
    struct Choice: Equatable {
        var older: [String] = []
        var hasNewest = false
    }

    /// - Parameter text: names with commas or colons. Those that the library lacks are passed over, as Java and OpenSSL
    ///   do, as long as one is left.
    static func choose(_ text: String) throws(SecurityError) -> Choice {
        var choice = Choice()
        for name in text.split(whereSeparator: { $0 == "," || $0 == ":" || $0 == " " }).map(\.trimmed) {
            if newest.contains(name) {
                choice.hasNewest = true
            } else if let found = older.first(where: { $0.0 == name || $0.1 == name }) {
                choice.older.append(found.0)
            }
        }
        guard choice.hasNewest || !choice.older.isEmpty else {
            throw SecurityError(
                "ssl.cipher.suites names no cipher suite that is known here: '\(text.printable)'; take it out, or name "
                    + "one such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
        }
        return choice
    }
}
