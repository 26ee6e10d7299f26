// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Tagged fields (KIP-482) that this program does not know, kept so that they survive reading and writing again.
public struct UnknownTaggedFields: Sendable, Equatable {
    struct Field: Sendable, Equatable {
        var tag: UInt32
        var bytes: ByteBuffer
    }

    var fields: [Field]? = nil

    public init() {}
}

/// The tagged fields of one structure while it is read or written.
public struct TaggedFields: ~Copyable {
    var wire: Wire
    /// Reading: fields found and not yet claimed. Writing: fields to be written.
    var fields: [UnknownTaggedFields.Field]

    /// One tagged field.
    /// - Parameters:
    ///   - tag: its number, unique in the structure.
    ///   - since: the first version that has it.
    ///   - isDefault: whether its value is the default, which is not written.
    ///   - body: visits the field's value.
    public mutating func field(
        _ tag: UInt32, since: Int16 = 0, isDefault: Bool, _ body: (inout Wire) throws(WireError) -> Void
    ) throws(WireError) {
        guard wire.version >= since else { return }
        if wire.isReading {
            guard let index = fields.firstIndex(where: { $0.tag == tag }) else { return }
            var inner = Wire(
                reading: fields.remove(at: index).bytes, version: wire.version, isFlexible: true,
                elementBudget: wire.elementBudget)
            try body(&inner)
            wire.elementBudget = inner.elementBudget
            let rest = inner.finish().readableBytes
            guard rest == 0 else { throw .trailingBytes(rest) }
        } else if !isDefault {
            var inner = Wire(
                writingTo: ByteBuffer(), version: wire.version, isFlexible: true,
                dropsNewerFields: wire.dropsNewerFields)
            try body(&inner)
            fields.append(.init(tag: tag, bytes: inner.finish()))
        }
    }
}

extension Wire {
    /// The end of a structure without tagged fields of its own.
    @inline(__always)
    public mutating func taggedFields(_ unknown: inout UnknownTaggedFields) throws(WireError) {
        guard isFlexible else { return }
        if isReading {
            guard buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) != 0 else {
                buffer.moveReaderIndex(forwardBy: 1)
                return
            }
            let read = try readTaggedFields()
            if !read.isEmpty { unknown.fields = read }
        } else {
            writeTaggedFields(unknown.fields ?? [])
        }
    }

    /// The end of a structure that has tagged fields; `body` visits each of them.
    /// - Returns: those that `body` did not claim.
    public mutating func taggedFields(
        _ unknown: UnknownTaggedFields, _ body: (inout TaggedFields) throws(WireError) -> Void
    ) throws(WireError) -> UnknownTaggedFields {
        guard isFlexible else { return unknown }
        if isReading {
            let fields = try readTaggedFields()
            var tagged = TaggedFields(
                wire: Wire(reading: ByteBuffer(), version: version, isFlexible: true, elementBudget: elementBudget),
                fields: fields)
            try body(&tagged)
            elementBudget = tagged.wire.elementBudget
            var left = UnknownTaggedFields()
            if !tagged.fields.isEmpty { left.fields = tagged.fields }
            return left
        } else {
            var tagged = TaggedFields(
                wire: Wire(
                    writingTo: ByteBuffer(), version: version, isFlexible: true, dropsNewerFields: dropsNewerFields),
                fields: unknown.fields ?? [])
            try body(&tagged)
            writeTaggedFields(tagged.fields)
            return unknown
        }
    }

    private mutating func readTaggedFields() throws(WireError) -> [UnknownTaggedFields.Field] {
        let count = Int(try readUnsignedVarint())
        guard count * 2 <= buffer.readableBytes else { throw .invalidLength(count) }
        elementBudget -= count
        guard elementBudget >= 0 else { throw .tooManyElements }
        var fields: [UnknownTaggedFields.Field] = []
        for _ in 0..<count {
            let tag = try readUnsignedVarint()
            let size = Int(try readUnsignedVarint())
            guard let bytes = buffer.readSlice(length: size) else { throw .invalidLength(size) }
            // Kafka writes them in ascending order, and each once; anything else is no encoding of a message.
            if let last = fields.last, last.tag >= tag { throw .invalidLength(Int(tag)) }
            fields.append(.init(tag: tag, bytes: bytes))
        }
        return fields
    }

    private mutating func writeTaggedFields(_ fields: [UnknownTaggedFields.Field]) {
        writeUnsignedVarint(UInt32(fields.count))
        for field in fields.sorted(by: { $0.tag < $1.tag }) {
            writeUnsignedVarint(field.tag)
            writeUnsignedVarint(UInt32(field.bytes.readableBytes))
            buffer.writeImmutableBuffer(field.bytes)
        }
    }
}
