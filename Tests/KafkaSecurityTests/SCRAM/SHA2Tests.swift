// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaSecurity

@Suite struct SHA2Tests {
    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("Digests are those of FIPS 180-4's examples, at every length around a block's end")
    func digests() {
        #expect(
            hex(SHA2.sha256.digest("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            hex(SHA2.sha512.digest("abc".utf8))
                == "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")
        // The digest of all digests of 0...255 bytes with the values 0, 1, 2, ...
        let messages = (0..<256).map { count in (0..<count).map { UInt8($0) } }
        #expect(
            hex(SHA2.sha256.digest(messages.flatMap { SHA2.sha256.digest($0) }))
                == "b93dd1116d1648691c732d2011543b161309b842afef7ecb6f17adf2ebbd3426")
        #expect(
            hex(SHA2.sha512.digest(messages.flatMap { SHA2.sha512.digest($0) }))
                == "0fe99045ff4ab9eb0834458270a0c6be83e51b3809269f330644f2c6e121387d"
                + "f829cb79eb62e9c7bee68c3a314f198c77cf7c9d4185fc5290180a9008d8a8ed")
    }

    @Test("Authentication codes are those of RFC 4231, for short and for long keys")
    func authenticationCodes() {
        let short = SHA2.sha256.authenticationCode("what do ya want for nothing?".utf8, key: Array("Jefe".utf8))
        #expect(hex(short) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let long = SHA2.sha512.authenticationCode(
            "Test Using Larger Than Block-Size Key - Hash Key First".utf8, key: Array(repeating: 0xaa, count: 131))
        #expect(
            hex(long)
                == "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
                + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598")
    }
}
