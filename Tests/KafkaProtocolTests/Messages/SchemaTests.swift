// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import KafkaProtocol

@Suite("Messages and the schema")
struct SchemaTests {
    private func schema(_ message: MessageCase) throws -> Schema {
        try #require(try Schema.all()[message.name], "the schema has no \(message.name)")
    }

    @Test("Names, keys and versions are the schema's", arguments: MessageCase.all)
    func facts(_ message: MessageCase) throws {
        let schema = try schema(message)
        #expect(message.type.versions == schema.versions)
        #expect(message.type.flexibleSince == schema.flexibleSince)
        switch message.type {
        case let request as any RequestMessage.Type:
            #expect(request.apiKey.rawValue == schema.key)
            #expect(request.apiKey.description + "Request" == schema.name)
            #expect(responseName(of: request) == request.apiKey.description + "Response")
        case let response as any ResponseMessage.Type:
            #expect(response.apiKey.rawValue == schema.key)
            #expect(response.apiKey.description + "Response" == schema.name)
        case let record as any MetadataRecord.Type:
            #expect(record.recordType == schema.key)
        case let key as any CoordinatorKey.Type:
            #expect(key.recordType == schema.key)
            #expect(valueName(of: key) == schema.name.dropLast(3) + "Value")
        default:
            break
        }
    }

    private func responseName<T: RequestMessage>(of type: T.Type) -> String { "\(T.Response.self)" }
    private func valueName<T: CoordinatorKey>(of type: T.Type) -> String { "\(T.Value.self)" }

    @Test("Properties begin with the schema's defaults, and any version can carry them", arguments: MessageCase.all)
    func defaults(_ message: MessageCase) throws {
        var comparison = SchemaComparison(try schema(message))
        comparison.compare(
            SchemaValue(reflecting: message.type.init()), with: .structure([:], unknownTags: [:]), -1)
        #expect(comparison.differences == [])
        for version in message.type.versions {
            let bytes = try message.type.init().encoded(version: version)
            #expect(throws: Never.self) { try message.type.decode(bytes, version: version) }
        }
    }

    @Test("Every field of every version is read from its place and written back", arguments: MessageCase.all)
    func fields(_ message: MessageCase) throws {
        var comparison = SchemaComparison(try schema(message))
        for version in message.type.versions {
            for style in SchemaGenerator.Style.allCases {
                for round in 0..<(style == .random ? 6 : style == .full ? 2 : 1) {
                    try roundTrip(message.type, version, style, round, &comparison)
                }
            }
        }
        #expect(comparison.differences == [], "seed \(TestRandom.seed)")
        #expect(comparison.allFields.subtracting(comparison.visited) == [], "never visited, seed \(TestRandom.seed)")
    }

    private func roundTrip<T: Message>(
        _ type: T.Type, _ version: Int16, _ style: SchemaGenerator.Style, _ round: Int,
        _ comparison: inout SchemaComparison
    ) throws {
        let name = "\(type) version \(version), \(style) \(round)"
        let schema = comparison.schema
        var generator = SchemaGenerator(schema: schema, version: version, style: style, random: TestRandom(name))
        let value = generator.message()
        let bytes = SchemaWriter.bytes(value, schema, version)
        do {
            let message = try T.decode(ByteBuffer(bytes: bytes), version: version)
            comparison.compare(SchemaValue(reflecting: message), with: value, version)
            #expect(try message.encoded(version: version).bytes == bytes, "\(name), seed \(TestRandom.seed)")
            // A message behind others' bytes, and followed by some.
            var buffer = ByteBuffer(bytes: [1, 2, 3] + bytes + [4])
            buffer.moveReaderIndex(forwardBy: 3)
            #expect(try T.decode(prefixOf: &buffer, version: version) == message)
            #expect(buffer.bytes == [4])
        } catch {
            Issue.record("\(name), seed \(TestRandom.seed): \(error)")
        }
    }
}
