// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import NIOCore
import NIOPosix
import Synchronization

/// One connection that sends a request and waits for its answer, on a thread of its own.
final class BlockingConnection: Sendable {
    private let descriptor: Int32
    private let pool = NIOThreadPool(numberOfThreads: 1)
    /// Changes what is sent and what comes.
    private let cipher: Mutex<TestCipher>?

    /// - Parameter address: `host:port` with a numeric host.
    init(_ address: String, cipher: TestCipher? = nil) throws {
        self.cipher = cipher.map { Mutex($0) }
        let parts = address.split(separator: ":")
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = in_port_t(UInt16(parts[1])!.bigEndian)
        inet_pton(AF_INET, String(parts[0]), &target.sin_addr)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let connected = withUnsafePointer(to: target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw POSIXError(POSIXError.Code(rawValue: errno) ?? .EIO) }
        pool.start()
    }

    func close() async throws {
        Foundation.close(descriptor)
        try await pool.shutdownGracefully()
    }

    func send<Request: RequestMessage>(_ request: Request, version: Int16) async throws -> Request.Response {
        let isFlexible = Request.isFlexible(version)
        var body = ByteBuffer()
        try RequestHeader(apiKey: Request.apiKey, apiVersion: version, correlationID: 1, clientID: "test")
            .encode(into: &body, isFlexible: isFlexible)
        try request.encode(into: &body, version: version)
        var answer = try await exchange(body)
        answer.moveReaderIndex(forwardBy: 4)
        if ResponseHeader.hasTaggedFields(Request.apiKey, isFlexible: isFlexible) {
            answer.moveReaderIndex(forwardBy: 1)
        }
        return try Request.Response.decode(answer, version: version)
    }

    /// Sends a request that isn't answered.
    func write<Request: RequestMessage>(_ request: Request, version: Int16) async throws {
        var body = ByteBuffer()
        try RequestHeader(apiKey: Request.apiKey, apiVersion: version, correlationID: 1, clientID: "test")
            .encode(into: &body, isFlexible: Request.isFlexible(version))
        try request.encode(into: &body, version: version)
        var frame = ByteBuffer(integer: Int32(body.readableBytes))
        frame.writeImmutableBuffer(body)
        try await pool.runIfActive { [bytes = Array(buffer: frame)] in
            guard Foundation.write(self.descriptor, bytes, bytes.count) == bytes.count else { throw POSIXError(.EPIPE) }
        }
    }

    /// Sends a frame and waits for the next; both without their length.
    func exchange(_ body: ByteBuffer) async throws -> ByteBuffer {
        var frame = ByteBuffer(integer: Int32(body.readableBytes))
        frame.writeImmutableBuffer(body)
        var bytes = Array(buffer: frame)
        cipher?.withLock { $0.send(&bytes) }
        return try await pool.runIfActive { [bytes] in
            guard Foundation.write(self.descriptor, bytes, bytes.count) == bytes.count else { throw POSIXError(.EPIPE) }
            let size = try self.read(4).withUnsafeBytes { Int32(bigEndian: $0.loadUnaligned(as: Int32.self)) }
            return ByteBuffer(bytes: try self.read(Int(size)))
        }
    }

    private func read(_ count: Int) throws -> [UInt8] {
        var bytes = try Self.read(count, from: descriptor)
        cipher?.withLock { $0.receive(&bytes) }
        return bytes
    }

    private static func read(_ count: Int, from descriptor: Int32) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < count {
            let got = Foundation.read(descriptor, &piece, min(piece.count, count - bytes.count))
            guard got > 0 else { throw POSIXError(.ECONNRESET) }
            bytes += piece[..<got]
        }
        return bytes
    }
}
