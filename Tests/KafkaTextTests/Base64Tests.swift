// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaText

@Suite("Base64")
struct Base64Tests {
    @Test("Base64 decodes what it encodes")
    func base64() {
        for count in 0..<50 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        #expect(Base64.encode("any carnal pleas".utf8) == "YW55IGNhcm5hbCBwbGVhcw==")
        for bad in ["a", "ab=c", "a===", "ab!=", "=abc"] { #expect(Base64.decode(bad) == nil) }
    }
}
