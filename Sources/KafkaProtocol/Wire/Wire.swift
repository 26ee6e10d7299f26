// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// One pass over one message in one version: either reading it from bytes or writing it to them.
///
/// A structure has a single `fields` function that names its fields in wire order, and `Wire` decides what a visit
/// means: reading fills the property, writing appends it. A field outside of `since...until` is left at its default
/// when reading; when writing it is skipped if it is ignorable or has its default value, and an error otherwise.
/// Tagged fields are always ignorable.
///
/// Reading never trusts a length: counts are checked against the bytes that are left, nothing is reserved ahead of
/// data, and the number of array elements in a message is bounded.
///
/// Visits of single fields are never inlined: a call costs less than what thousands of copies of them cost to build.
public struct Wire: ~Copyable {
    /// The version of the message.
    public let version: Int16
    /// Whether lengths are compact and structures end in tagged fields (KIP-482).
    public let isFlexible: Bool
    let isReading: Bool
    /// Writing leaves out what the version lacks.
    let dropsNewerFields: Bool
    var buffer: ByteBuffer
    /// Array elements that may still be read.
    var elementBudget: Int
    /// Places in the written bytes where records belong that the sender supplies itself, in ascending order.
    public private(set) var gaps: [Gap] = []

    /// A place left out of the written bytes.
    public struct Gap: Sendable, Equatable {
        /// Index in the written bytes before which the records belong.
        public var index: Int
        /// Bytes of records; zero or more.
        public var byteCount: Int
    }

    /// More elements than any sane message has: 10,000 topics of 100 partitions.
    static let maximumElements = 1 << 20

    init(reading buffer: ByteBuffer, version: Int16, isFlexible: Bool, elementBudget: Int = Wire.maximumElements) {
        self.version = version
        self.isFlexible = isFlexible
        self.isReading = true
        self.dropsNewerFields = false
        self.buffer = buffer
        self.elementBudget = elementBudget
    }

    init(writingTo buffer: ByteBuffer, version: Int16, isFlexible: Bool, dropsNewerFields: Bool) {
        self.dropsNewerFields = dropsNewerFields
        self.version = version
        self.isFlexible = isFlexible
        self.isReading = false
        self.buffer = buffer
        self.elementBudget = 0
    }

    /// What was written, or what is left to read.
    consuming func finish() -> ByteBuffer { buffer }

    mutating func leaveGap(_ byteCount: Int) {
        gaps.append(Gap(index: buffer.writerIndex, byteCount: byteCount))
    }

    @inline(__always)
    func applies(_ since: Int16, _ until: Int16) -> Bool { version >= since && version <= until }

    /// A field that this version lacks: fine when reading, and when writing only if nothing is lost.
    @inline(__always)
    func absent(mayDrop: Bool) throws(WireError) {
        if !isReading && !mayDrop && !dropsNewerFields { throw .fieldNotInVersion(version) }
    }
}
