// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("Changes of configurations")
struct ConfigChangesTests {
    @Test("Commas in brackets belong to a configuration's value")
    func configPairs() throws {
        let pairs = try ConfigChanges.pairs("cleanup.policy=[compact,delete],retention.ms=1,empty=")
        #expect(pairs.map(\.name) == ["cleanup.policy", "retention.ms", "empty"])
        #expect(pairs.map(\.value) == ["compact,delete", "1", ""])
        let scram = try ConfigChanges.pairs("SCRAM-SHA-256=[iterations=8192,password=secret]")
        #expect(scram[0].value == "iterations=8192,password=secret")
    }
}
