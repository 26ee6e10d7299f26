// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import KafkaSecurity

@Suite("Salted passwords")
struct SaltedPasswordTests {
    @Test("The salted password of SCRAM is that of RFC 7677")
    func scram() throws {
        let salt: [UInt8] = [
            0x5b, 0x6d, 0x99, 0x68, 0x9d, 0x12, 0x35, 0x8e, 0xec, 0xa0, 0x4b, 0x14, 0x12, 0x36, 0xfa, 0x81,
        ]
        let salted = try SHA2.sha256.saltedPassword(Array("pencil".utf8), salt: salt, iterations: 4096)
        #expect(Data(salted).base64EncodedString() == "xKSVEDI6tPlSysH6mUQZOeeOp01r6B3fcJbodRPcYV0=")
    }

    @Test("Any password of any length has one, also none")
    func lengths() throws {
        for count in [0, 1, 64, 65, 129, 1000] {
            let password = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            let salted = try SHA2.sha512.saltedPassword(password, salt: [1, 2, 3], iterations: 1)
            #expect(salted == SHA2.sha512.authenticationCode([1, 2, 3, 0, 0, 0, 1], key: password))
        }
    }
}
