// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import KafkaProtocol

@Suite("Salted passwords")
struct PBKDF2Tests {
    @Test("The salted password of SCRAM is that of RFC 7677")
    func scram() {
        let salt: [UInt8] = [
            0x5b, 0x6d, 0x99, 0x68, 0x9d, 0x12, 0x35, 0x8e, 0xec, 0xa0, 0x4b, 0x14, 0x12, 0x36, 0xfa, 0x81,
        ]
        let salted = PBKDF2.derive(.sha256, Array("pencil".utf8), salt: salt, iterations: 4096)
        #expect(Data(salted).base64EncodedString() == "xKSVEDI6tPlSysH6mUQZOeeOp01r6B3fcJbodRPcYV0=")
    }
}
