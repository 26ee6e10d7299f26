// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import kafka

@Suite("acls")
struct AclsTests {
    private static let golden = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Golden")

    private func withServer(
        _ script: @escaping AuthorizerServer.Script = { _, _, _ in nil },
        _ body: (AuthorizerServer) async throws -> Void
    ) async throws {
        let server = try await AuthorizerServer(script)
        do {
            try await body(server)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private func run(_ line: String, _ server: AuthorizerServer) async -> CommandRun {
        let words = line.split(separator: " ").map(String.init)
        return await CommandRun(["acls"] + words, variables: ["KAFKA_BOOTSTRAP_SERVERS": server.address])
    }

    // MARK: The transcript of Apache Kafka's tool

    private struct Block {
        var command: String
        var output: [String] = []
        var error: [String] = []
        var status: Int32 = 0
    }

    private func blocks() throws -> [Block] {
        let text = try String(contentsOf: Self.golden.appending(path: "cli/acls.txt"), encoding: .utf8)
        var blocks: [Block] = []
        for line in text.components(separatedBy: "\n") {
            switch line.prefix(2) {
            case "$ ": blocks.append(Block(command: String(line.dropFirst(2))))
            case "> ": blocks[blocks.count - 1].output.append(String(line.dropFirst(2)))
            case "! ": blocks[blocks.count - 1].error.append(String(line.dropFirst(2)))
            case "? ": blocks[blocks.count - 1].status = Int32(line.dropFirst(2)) ?? -1
            default: break
            }
        }
        return blocks.filter { $0.command.hasPrefix("kafka-acls.sh ") }
    }

    /// Kafka's order is that of a hash table; a space more stands before the first line of a list and behind the last.
    private func anyOrder(_ lines: [String]) -> [String] {
        lines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }.sorted()
    }

    @Test("prints what kafka-acls.sh prints, and refuses what it refuses")
    func transcript() async throws {
        let blocks = try blocks()
        #expect(blocks.count == 18)
        try await withServer { server in
            for block in blocks {
                let words = block.command.dropFirst("kafka-acls.sh ".count)
                    .replacing("{broker}", with: server.address)
                let run = await run(String(words), server)
                #expect(run.status == block.status, "\(block.command): \(run.error)")
                if block.status == 0 {
                    let lines = run.output.components(separatedBy: "\n").dropLast()
                    #expect(anyOrder(Array(lines)) == anyOrder(block.output), "\(block.command)")
                    #expect(lines.count == block.output.count, "\(block.command)")
                } else {
                    #expect(run.refusal != nil, "\(block.command): \(run)")
                }
            }
        }
    }

    @Test("sorts by resource type and name, then by list, each with Kafka's spaces")
    func order() async throws {
        try await withServer { server in
            for line in [
                "--add --topic b --topic a --allow-principal User:y --allow-principal User:x --operation Read",
                "--add --group g --deny-principal User:z --operation All",
            ] {
                #expect(await run(line, server).status == 0)
            }
            let listed = await run("--list", server)
            #expect(
                listed.output == """
                    Current ACLs for resource `ResourcePattern(resourceType=TOPIC, name=a, patternType=LITERAL)`:
                    \t(principal=User:x, host=*, operation=READ, permissionType=ALLOW)
                    \t(principal=User:y, host=*, operation=READ, permissionType=ALLOW)

                    Current ACLs for resource `ResourcePattern(resourceType=TOPIC, name=b, patternType=LITERAL)`:
                    \t(principal=User:x, host=*, operation=READ, permissionType=ALLOW)
                    \t(principal=User:y, host=*, operation=READ, permissionType=ALLOW)

                    Current ACLs for resource `ResourcePattern(resourceType=GROUP, name=g, patternType=LITERAL)`:
                    \t(principal=User:z, host=*, operation=ALL, permissionType=DENY)


                    """)
        }
    }

    // MARK: Recorded bytes

    /// Request and response of Java's client, by API.
    private static func recordings() throws -> [APIKey: (request: ByteBuffer, response: ByteBuffer)] {
        let text = try String(contentsOf: golden.appending(path: "wire/java.txt"), encoding: .utf8)
        let lines = text.components(separatedBy: "\n")
        var found: [APIKey: (request: ByteBuffer, response: ByteBuffer)] = [:]
        for (index, line) in lines.enumerated() {
            let words = line.split(separator: " ")
            guard words.count == 5, words[1] == "api", let key = Int16(words[2]), (29...31).contains(key) else {
                continue
            }
            let api = APIKey(rawValue: key)
            var request = ByteBuffer(bytes: bytes(lines[index + 1]))
            var response = ByteBuffer(bytes: bytes(lines[index + 2]))
            var header = try RequestHeader(decoding: &request)
            try header.finish(&request, isFlexible: true)
            // Correlation id and no tagged fields.
            response.moveReaderIndex(forwardBy: 5)
            found[api] = (request.slice(), response.slice())
        }
        return found
    }

    private static func bytes(_ line: String) -> [UInt8] {
        let digits = Array(line.split(separator: " ")[1].utf8)
        return stride(from: 0, to: digits.count, by: 2).map { index in
            UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) ?? 0
        }
    }

    @Test("asks as Java's client asked, byte for byte, and reads the recorded answers")
    func recorded() async throws {
        let recordings = try Self.recordings()
        #expect(recordings.count == 3)
        let asked = Mutex<[APIKey: ByteBuffer]>([:])
        try await withServer { key, version, body in
            guard let recording = recordings[key], version == 3 else { return nil }
            asked.withLock { $0[key] = body.slice() }
            return recording.response
        } _: { server in
            let added = await run("--add --topic w --allow-principal User:a --operation Read", server)
            #expect(added.status == 0 && added.output.contains("principal=User:a, host=*, operation=READ"), "\(added)")
            let listed = await run("--list", server)
            #expect(
                listed.output == """
                    Current ACLs for resource `ResourcePattern(resourceType=TOPIC, name=w, patternType=LITERAL)`:
                    \t(principal=User:a, host=*, operation=READ, permissionType=ALLOW)


                    """)
            let removed = await run("--remove --topic w --force", server)
            #expect(removed.status == 0 && removed.error.isEmpty, "\(removed)")
            for (key, recording) in recordings {
                #expect(asked.withLock { $0[key] } == recording.request, "\(key)")
            }
        }
    }

    // MARK: Refusals

    @Test(
        "says in one line that the cluster has no authorizer",
        arguments: [
            "--list", "--add --topic w --allow-principal User:a --operation Read", "--remove --topic w --force",
        ])
    func securityDisabled(line: String) async throws {
        try await withServer { key, version, body in
            func encoded(_ message: some ResponseMessage) -> ByteBuffer {
                var buffer = ByteBuffer()
                try! message.encode(into: &buffer, version: version)
                return buffer
            }
            let words = "No Authorizer is configured."
            switch key {
            case .describeAcls:
                return encoded(
                    DescribeAclsResponse {
                        $0.errorCode = .securityDisabled
                        $0.errorMessage = words
                    })
            case .createAcls:
                return encoded(
                    CreateAclsResponse {
                        $0.results = [
                            CreateAclsResponse.AclCreationResult {
                                $0.errorCode = .securityDisabled
                                $0.errorMessage = words
                            }
                        ]
                    })
            case .deleteAcls:
                return encoded(
                    DeleteAclsResponse {
                        $0.filterResults = [
                            DeleteAclsResponse.FilterResult {
                                $0.errorCode = .securityDisabled
                                $0.errorMessage = words
                            }
                        ]
                    })
            default: return nil
            }
        } _: { server in
            let run = await run(line, server)
            #expect(run.status == 1)
            #expect(run.error.split(separator: "\n").count == 1 && run.error.contains("No Authorizer is configured."))
            #expect(!run.output.contains("rror"), "\(run.output)")
        }
    }

    // MARK: What is decided

    @Test("names the entry that decides, and ends with status 1 where it denies")
    func decisions() async throws {
        try await withServer { server in
            for line in [
                "--add --topic ord --resource-pattern-type prefixed --allow-principal User:a --operation Read",
                "--add --topic orders --deny-principal User:a --operation Write",
                "--add --topic * --allow-principal User:* --operation Write --allow-host 10.0.0.0/8",
                "--add --cluster --allow-principal User:a --operation Alter",
            ] {
                #expect(await run(line, server).status == 0)
            }
            func ask(_ line: String) async -> CommandRun { await run("test --principal User:a \(line)", server) }
            let read = await ask("--operation read --topic orders")
            #expect(read.status == 0)
            #expect(
                read.output
                    == "User:a may READ on TOPIC orders: MatchingAcl (principal=User:a, host=*, operation=READ, "
                    + "permissionType=ALLOW) of `ResourcePattern(resourceType=TOPIC, name=ord, patternType=PREFIXED)`\n"
            )
            #expect(await ask("--operation Describe --topic orders").status == 0, "it is implied")
            let write = await ask("--operation write --topic orders --host 10.0.0.1")
            #expect(write.status == 1 && write.output.contains("permissionType=DENY"))
            let elsewhere = await ask("--operation write --topic other --host 10.0.0.1")
            #expect(elsewhere.status == 0 && elsewhere.output.contains("from 10.0.0.1: MatchingAcl"))
            let anywhere = await ask("--operation write --topic other")
            #expect(anywhere.status == 1 && anywhere.output.contains("DefaultDeny, since no entry allows it"))
            #expect(anywhere.error.contains("super.users"), "which nobody told")
            #expect(await ask("--operation alter --cluster").status == 0)
            let json = await ask("--operation read --topic orders --output json")
            #expect(
                json.output
                    == #"{"allowed":true,"rule":"MatchingAcl","resourceType":"TOPIC","resourceName":"ord","#
                    + #""patternType":"PREFIXED","principal":"User:a","host":"*","operation":"READ","#
                    + #""permissionType":"ALLOW"}"# + "\n")
            let none = await ask("--operation delete --topic orders --output json")
            #expect(none.status == 1)
            #expect(none.output.hasPrefix(#"{"allowed":false,"rule":"DefaultDeny","resourceType":null"#))
        }
    }

    @Test(
        "asks one question at a time",
        arguments: [
            "test --operation read --topic t", "test --principal User:a --topic t",
            "test --principal User:a --operation read",
            "test --principal User:a --operation read --topic t --topic u",
            "test --principal User:a --operation read --topic t --group g",
            "test --principal User:a --principal User:b --operation read --topic t",
            "test --principal a --operation read --topic t", "test --principal User:a --operation fly --topic t",
            "test --principal User:a --operation all --topic t", "test --principal User:a --operation read --cluster",
            "test --principal User:a --operation read --topic t --resource-pattern-type prefixed",
            "test --principal User:a --operation read --topic t --allow-principal User:b", "--list --host 10.0.0.1",
        ])
    func oneQuestion(line: String) async throws {
        try await withServer { server in
            let run = await run(line, server)
            #expect(run.status == 1 && run.refusal != nil, "\(run)")
        }
    }
}
