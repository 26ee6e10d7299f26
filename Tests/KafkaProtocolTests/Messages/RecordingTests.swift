// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import KafkaProtocol

/// The bytes that real clients and Apache Kafka sent, read and written again.
@Suite("Recorded requests and responses")
struct RecordingTests {
    /// Recorded versions that a message type lacks, and why. There are none: what clients of 2020 to 2025 asked of
    /// a broker, we speak.
    private static let notSpoken: [APIKey: (version: Int16, reason: String)] = [:]

    @Test("Every recorded request and response is read, and written to the same bytes")
    func recordings() throws {
        let recordings = try Recording.all()
        #expect(recordings.count >= 160)
        for recording in recordings {
            if let gap = Self.notSpoken[recording.apiKey], gap.version == recording.version { continue }
            guard let type = recording.requestType, type.versions.contains(recording.version) else {
                Issue.record("\(recording) is not implemented")
                continue
            }
            do { try roundTrip(recording, type) } catch { Issue.record("\(recording): \(error)") }
        }
    }

    private func roundTrip<T: RequestMessage>(_ recording: Recording, _ type: T.Type) throws {
        let version = recording.version
        let isFlexible = T.isFlexible(version)

        var buffer = recording.request
        var header = try RequestHeader(decoding: &buffer)
        #expect(header.apiKey == recording.apiKey && header.apiVersion == version, "\(recording)")
        try header.finish(&buffer, isFlexible: isFlexible)
        let request = try T.decode(buffer, version: version)

        var written = ByteBuffer()
        try header.encode(into: &written, isFlexible: isFlexible)
        try request.encode(into: &written, version: version)
        #expect(written.hex == recording.request.hex, "\(recording)")

        buffer = recording.response
        #expect(buffer.readInteger(as: Int32.self) == header.correlationID, "\(recording)")
        let hasTaggedFields = ResponseHeader.hasTaggedFields(recording.apiKey, isFlexible: isFlexible)
        if hasTaggedFields { try ResponseHeader.skipTaggedFields(&buffer) }
        let response = try T.Response.decode(buffer, version: version)

        written = ByteBuffer()
        ResponseHeader.encode(
            correlationID: header.correlationID, hasTaggedFields: hasTaggedFields, into: &written)
        try response.encode(into: &written, version: version)
        #expect(written.hex == recording.response.hex, "\(recording)")
    }

    @Test("The recordings contain flexible and older versions, and ApiVersions of both kinds")
    func coverage() throws {
        let recordings = try Recording.all()
        let flexible = recordings.filter { $0.requestType?.isFlexible($0.version) == true }
        #expect(flexible.count > 50 && recordings.count - flexible.count > 50)
        #expect(Set(recordings.filter { $0.apiKey == .apiVersions }.map(\.version)).isSuperset(of: [0, 3, 4]))
        #expect(Set(recordings.map(\.apiKey)).count >= 40)
    }

    @Test("Record batches in a deferred field leave a gap where they belong")
    func gaps() throws {
        for recording in try Recording.all() where recording.apiKey == .fetch {
            var buffer = recording.response
            buffer.moveReaderIndex(forwardBy: 4)
            if FetchResponse.isFlexible(recording.version) { try ResponseHeader.skipTaggedFields(&buffer) }
            var response = try FetchResponse.decode(buffer, version: recording.version)
            var batches: [ByteBuffer] = []
            for topic in response.responses.indices {
                for partition in response.responses[topic].partitions.indices {
                    guard case .bytes(let bytes) = response.responses[topic].partitions[partition].records else {
                        continue
                    }
                    batches.append(bytes)
                    response.responses[topic].partitions[partition].records = .deferred(
                        byteCount: bytes.readableBytes)
                }
            }
            var written = ByteBuffer()
            let gaps = try response.encode(into: &written, version: recording.version)
            #expect(gaps.map(\.byteCount) == batches.map(\.readableBytes), "\(recording)")
            var filled: [UInt8] = []
            var position = 0
            for (gap, batch) in zip(gaps, batches) {
                filled += written.bytes[position..<gap.index] + batch.bytes
                position = gap.index
            }
            #expect(filled + written.bytes[position...] == buffer.bytes, "\(recording)")
        }
    }
}
