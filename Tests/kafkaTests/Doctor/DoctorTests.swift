// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import kafka

@Suite("The doctor")
struct DoctorTests {
    @Test(
        "knows what is spoken by the first bytes",
        arguments: [
            ([0x15, 3, 3, 0, 2, 2, 40], PortProbe.Speech.tls), ([0x16, 3, 3, 0, 1, 2, 0, 0], .tls),
            (Array("HTTP/1.1".utf8), .http), (Array("<html>".utf8), .http), ([0, 0, 1, 0, 0, 0, 0, 1], .kafka),
            ([0, 0, 1, 0, 0, 0, 0, 2], .other([0, 0, 1, 0, 0, 0, 0, 2])), ([0x15], .other([0x15])),
            (Array("SSH-2.0-".utf8), .other(Array("SSH-2.0-".utf8))),
        ])
    func speech(bytes: [UInt8], speech: PortProbe.Speech) { #expect(PortProbe.Speech(bytes) == speech) }

    @Test("judges it by what the settings expect", arguments: SecurityProtocol.allCases)
    func judgement(expected: SecurityProtocol) {
        let isEncrypted = expected == .ssl || expected == .saslSSL
        func fails(_ speech: PortProbe.Speech) -> String? {
            guard case .failed(let cause, let cure) = Diagnosis.judge(speech, expected) else { return nil }
            return cause + "; " + cure
        }
        #expect((fails(.kafka) == nil) == !isEncrypted && (fails(.tls) == nil) == isEncrypted)
        #expect((isEncrypted ? fails(.kafka) : fails(.tls))?.contains("security.protocol=") == true)
        for speech in [PortProbe.Speech.http, .closed, .silence, .other([1])] { #expect(fails(speech) != nil) }
    }

    @Test("compares clocks as exactly as the answer was quick")
    func clocks() {
        #expect(ClockDifference(theirs: 1005, before: 1000, after: 1010).outcome == .passed("as ours, to within 5 ms"))
        #expect(
            ClockDifference(theirs: 1200, before: 1000, after: 1010).outcome == .passed("it is 190 ms ahead of ours"))
        #expect(ClockDifference(theirs: 900, before: 1000, after: 1010).outcome == .passed("it is 100 ms behind ours"))
        guard case .failed(let cause, _) = ClockDifference(theirs: 100_000, before: 1000, after: 1010).outcome else {
            Issue.record("taken for right")
            return
        }
        #expect(cause == "it is 98990 ms ahead of ours")
        for extreme in [Int64.max, .min] { _ = ClockDifference(theirs: extreme, before: .max, after: .min).outcome }
    }

    @Test("says what is wrong with an address, and ends with status 1")
    func refused() async {
        let run = await CommandRun(["doctor", "-b", "127.0.0.1:1"])
        #expect(run.status == 1 && run.error.isEmpty)
        #expect(run.output.contains("FAILED   connect 127.0.0.1:1") && run.output.contains("cause: connection refused"))
        let json = await CommandRun(["doctor", "-b", "127.0.0.1:1", "--output", "json"])
        #expect(json.status == 1 && json.output.contains(#""step":"connect","target":"127.0.0.1:1","status":"failed""#))
    }

    @Test("names a reference of the settings that leads nowhere, and connects to nothing")
    func settings() async {
        let run = await CommandRun(["doctor", "-b", "127.0.0.1:1", "--command-property", "client.id=${env:NONE}"])
        #expect(run.status == 1 && run.output.contains("${env:NONE}") && !run.output.contains("connect"))
    }
}
