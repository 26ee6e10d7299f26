// SPDX-License-Identifier: Apache-2.0

import Libc

@testable import KafkaClient

/// A port on which nobody listens and which nobody else gets meanwhile: connections to it are refused.
final class RefusingPort: Sendable {
    let address: BrokerAddress
    private let descriptor: Int32

    init() {
        #if canImport(Glibc)
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var local = sockaddr_in()
        local.sin_family = sa_family_t(AF_INET)
        local.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &local) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        precondition(isBound, "no port can be had")
        address = BrokerAddress(host: "127.0.0.1", port: Int(UInt16(bigEndian: local.sin_port)))
    }

    deinit { close(descriptor) }
}
