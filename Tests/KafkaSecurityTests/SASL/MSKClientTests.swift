// SPDX-License-Identifier: Apache-2.0

import KafkaText
import Testing

@testable import KafkaSecurity

@Suite("Logins by AWS_MSK_IAM")
struct MSKClientTests {
    private static let host = "b-1.orders.abc.c2.kafka.eu-west-1.amazonaws.com"
    private static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

    /// The signatures were computed with another program.
    @Test(
        "The request is signed as version 4 of AWS's signatures has it",
        arguments: [
            (nil, "cd038d36cc651b8ea3c49d174d6aad815bf25f094f5c7aca2ab9550ce7e5d2d4"),
            ("a/b+c==", "6d153c82ddaf89dc56fe995221078fb03f678e89d30a4af78b42bf7ddce55f11"),
        ] as [(String?, String)])
    func signature(_ sessionToken: String?, _ signature: String) throws {
        let client = try MSKClient(
            host: Self.host, region: nil,
            credentials: AWSCredentials(
                accessKeyID: "AKIDEXAMPLE", secretAccessKey: Self.secret, sessionToken: sessionToken),
            now: 1_800_000_000_000)
        let json = try JSON.parse(try client.begin())
        #expect(json["version"]?.text == "2020_10_22")
        #expect(json["host"]?.text == Self.host)
        #expect(json["action"]?.text == "kafka-cluster:Connect")
        #expect(json["x-amz-date"]?.text == "20270115T080000Z")
        #expect(json["x-amz-credential"]?.text == "AKIDEXAMPLE/20270115/eu-west-1/kafka-cluster/aws4_request")
        #expect(json["x-amz-security-token"]?.text == sessionToken)
        #expect(json["x-amz-signature"]?.text == signature)
        #expect(!json.serialized().contains(Self.secret))
        #expect(try client.answer(Array(#"{"version":"2020_10_22","request-id":"x"}"#.utf8)) == nil)
        for message in ["", "{}", "x"] {
            #expect(throws: SecurityError.self) { try client.answer(Array(message.utf8)) }
        }
    }

    @Test("Keys come from the environment, and what is missing is named without what is there")
    func credentials() throws {
        let found = try AWSCredentials.find(
            profile: nil, environment: ["AWS_ACCESS_KEY_ID": "i", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": ""])
        #expect(found == AWSCredentials(accessKeyID: "i", secretAccessKey: "s"))
        for environment in [["HOME": "/nowhere"], ["HOME": "/nowhere", "AWS_SECRET_ACCESS_KEY": "pw"]] {
            let error = #expect(throws: SecurityError.self) {
                try AWSCredentials.find(profile: nil, environment: environment)
            }
            #expect(error?.message.contains("/nowhere/.aws/credentials") == true)
            #expect(error?.message.contains("pw") == false)
        }
        #expect(throws: SecurityError.self) {
            try MSKClient(
                host: "localhost", region: nil, credentials: AWSCredentials(accessKeyID: "i", secretAccessKey: "s"), now: 0)
        }
    }
}
