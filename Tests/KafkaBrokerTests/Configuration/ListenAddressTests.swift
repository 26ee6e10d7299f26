// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaBroker

@Suite("Addresses to listen on")
struct ListenAddressTests {
    @Test(
        "Each form of an address is read",
        arguments: [
            ("127.0.0.1:9092", "127.0.0.1:9092"), ("localhost:0", "localhost:0"), ("*:0", ":0"), (":9092", ":9092"),
            ("[::]:9092", ":9092"), (":::9092", ":9092"), ("0.0.0.0:1", "0.0.0.0:1"), ("[::1]:9092", "[::1]:9092"),
            ("::1:9092", "[::1]:9092"), ("2001:db8::2:9092", "[2001:db8::2]:9092"),
            ("[fe80::1%eth0]:9092", "[fe80::1%eth0]:9092"),
        ])
    func read(text: String, expected: String) { #expect(ListenAddress(text)?.text == expected) }

    @Test(
        "What names no port, or no host that there can be, is refused",
        arguments: [
            "", "localhost", "9092", "127.0.0.1:port", "127.0.0.1:70000", "127.0.0.1:-1", "::", "[::1]", "[1.2.3.4]:1",
            "a:b:1", "no such host:0", "host,other:1", "PLAINTEXT://host:1", "**:1",
        ])
    func refused(text: String) { #expect(ListenAddress(text) == nil) }

    @Test("A star is no host in a file, as in Kafka")
    func star() {
        #expect(throws: ConfigurationError.self) {
            try BrokerConfiguration(file: [("listeners", "PLAINTEXT://*:9092")])
        }
    }
}
