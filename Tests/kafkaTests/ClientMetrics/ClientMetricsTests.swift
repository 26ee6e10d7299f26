// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("client-metrics, delegation-tokens and replica-verification")
struct ClientMetricsTests {
    @Test(
        "Bad options are refused",
        arguments: [
            ("client-metrics", "exactly one action"),
            ("client-metrics --alter --interval 1", "--generate-name"),
            ("client-metrics --alter --name a --generate-name", "--generate-name"),
            ("client-metrics --alter --name a --interval soon", "'soon'"),
            ("client-metrics --alter --name a --match client=x", "'client=x'"),
            ("client-metrics --delete", "must be specified"),
            ("client-metrics --list --name a", "[name]"),
            ("client-metrics --describe --metrics a", "[metrics]"),
            ("delegation-tokens", "exactly one action"),
            ("delegation-tokens --create", "[max-life-time-period]"),
            ("delegation-tokens --create --max-life-time-period -1 --renewer-principal alice", "'alice'"),
            ("delegation-tokens --create --max-life-time-period -1 --hmac YQ==", "[hmac]"),
            ("delegation-tokens --renew --renew-time-period -1", "[hmac]"),
            ("delegation-tokens --renew --hmac YQ==", "[renew-time-period]"),
            ("delegation-tokens --expire --expiry-time-period 1 --hmac !", "option hmac: it is not base64"),
            ("delegation-tokens --describe --hmac YQ==", "[hmac]"),
            ("replica-verification --time -3", "'-3'"),
            ("replica-verification --fetch-size 0", "--fetch-size"),
            ("replica-verification --report-interval-ms 0", "--report-interval-ms"),
            ("replica-verification --topics-include a[", "invalid regex"),
            ("replica-verification --broker-list a:1 --bootstrap-server b:1", "[broker-list]"),
        ])
    func refused(_ line: String, _ names: String) async throws {
        let refusal = try #require(await CommandRun(line.split(separator: " ").map(String.init)).refusal)
        #expect(refusal.contains(names), "\(refusal)")
    }
}
