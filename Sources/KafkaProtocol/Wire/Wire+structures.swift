// SPDX-License-Identifier: Apache-2.0

import NIOCore

extension Wire {
    mutating func readCount() throws(WireError) -> Int? {
        // Every element takes at least a byte, so a count beyond the bytes that are left is a lie.
        guard let count = try readLength(.long) else { return nil }
        elementBudget -= count
        guard elementBudget >= 0 else { throw .tooManyElements }
        return count
    }

    @inline(__always)
    private mutating func elements<T>(
        _ values: inout [T], count: Int, _ blank: T, _ element: (inout T, inout Wire) throws(WireError) -> Void
    ) throws(WireError) {
        values.removeAll(keepingCapacity: true)
        for _ in 0..<count {
            var value = blank
            try element(&value, &self)
            values.append(value)
        }
    }

    @inline(__always)
    mutating func array<T>(
        _ values: inout [T], _ since: Int16, _ until: Int16, _ ignorable: Bool, _ blank: T,
        _ element: (inout T, inout Wire) throws(WireError) -> Void
    ) throws(WireError) {
        guard applies(since, until) else { return try absent(mayDrop: ignorable || values.isEmpty) }
        if isReading {
            guard let count = try readCount() else { throw .invalidLength(-1) }
            try elements(&values, count: count, blank, element)
        } else {
            try writeLength(values.count, .long)
            for index in values.indices { try element(&values[index], &self) }
        }
    }

    @inline(__always)
    mutating func nullableArray<T>(
        _ values: inout [T]?, _ since: Int16, _ until: Int16, _ nullable: Int16, _ mayDrop: Bool, _ blank: T,
        _ element: (inout T, inout Wire) throws(WireError) -> Void
    ) throws(WireError) {
        guard applies(since, until) else { return try absent(mayDrop: mayDrop) }
        if isReading {
            guard let count = try readCount() else {
                guard version >= nullable else { throw .nullNotAllowed(version) }
                return values = nil
            }
            var read: [T] = []
            try elements(&read, count: count, blank, element)
            values = read
        } else if var some = values {
            try writeLength(some.count, .long)
            for index in some.indices { try element(&some[index], &self) }
        } else {
            guard version >= nullable else { throw .nullNotAllowed(version) }
            try writeLength(nil, .long)
        }
    }

    /// Structures behind their number, in 32 bits, or a varint in flexible versions.
    public mutating func array<T: WireStructure>(
        _ values: inout [T], since: Int16 = 0, until: Int16 = .max, ignorable: Bool = false
    ) throws(WireError) {
        try array(&values, since, until, ignorable, T()) { (value, wire) throws(WireError) in try value.fields(&wire) }
    }

    /// - Parameters:
    ///   - values: read from or written to the message.
    ///   - since: the first version that has the field.
    ///   - until: the last version that has it.
    ///   - nullable: the first version in which the field may be null.
    ///   - standard: the default, which versions without the field need not carry.
    ///   - ignorable: whether a version without the field may drop any value.
    public mutating func nullableArray<T: WireStructure>(
        _ values: inout [T]?, since: Int16 = 0, until: Int16 = .max, nullable: Int16 = 0, default standard: [T]? = nil,
        ignorable: Bool = false
    ) throws(WireError) {
        let mayDrop = ignorable || !applies(since, until) && values == standard
        try nullableArray(&values, since, until, nullable, mayDrop, T()) { (value, wire) throws(WireError) in
            try value.fields(&wire)
        }
    }

    /// A structure, which nothing stands before.
    public mutating func structure<T: WireStructure>(
        _ value: inout T, since: Int16 = 0, until: Int16 = .max, ignorable: Bool = false
    ) throws(WireError) {
        guard applies(since, until) else { return try absent(mayDrop: ignorable || value == T()) }
        try value.fields(&self)
    }

    /// A structure that may be null in a tagged field, where the byte before it is 0 for null instead of -1.
    public mutating func taggedNullableStructure<T: WireStructure>(_ value: inout T?) throws(WireError) {
        var presence: Int8 = value == nil ? 0 : 1
        try integer(&presence)
        guard presence > 0 else { return value = nil }
        var some = value ?? T()
        try some.fields(&self)
        if isReading { value = some }
    }

    /// A structure behind a byte that says whether it is there: 1, or -1 for null.
    public mutating func nullableStructure<T: WireStructure>(
        _ value: inout T?, since: Int16 = 0, until: Int16 = .max, ignorable: Bool = false
    ) throws(WireError) {
        guard applies(since, until) else { return try absent(mayDrop: ignorable || value == nil) }
        var presence: Int8 = value == nil ? -1 : 1
        try integer(&presence)
        guard presence >= 0 else { return value = nil }
        var some = value ?? T()
        try some.fields(&self)
        if isReading { value = some }
    }

    /// Numbers of one byte each, behind how many there are.
    @inline(never)
    public mutating func int8s(
        _ values: inout [Int8], since: Int16 = 0, until: Int16 = .max, ignorable: Bool = false
    ) throws(WireError) {
        try array(&values, since, until, ignorable, 0) { (value, wire) throws(WireError) in try wire.integer(&value) }
    }

    /// Numbers of four bytes each, behind how many there are.
    @inline(never)
    public mutating func int32s(
        _ values: inout [Int32], since: Int16 = 0, until: Int16 = .max, ignorable: Bool = false
    ) throws(WireError) {
        try array(&values, since, until, ignorable, 0) { (value, wire) throws(WireError) in try wire.integer(&value) }
    }

    /// As `int32s`; -1, or 0 in flexible versions, for null.
    @inline(never)
    public mutating func nullableInt32s(
        _ values: inout [Int32]?, since: Int16 = 0, until: Int16 = .max, nullable: Int16 = 0, ignorable: Bool = false
    ) throws(WireError) {
        let mayDrop = ignorable || values == nil
        try nullableArray(&values, since, until, nullable, mayDrop, 0) { (value, wire) throws(WireError) in
            try wire.integer(&value)
        }
    }

    /// Numbers of eight bytes each, behind how many there are.
    @inline(never)
    public mutating func int64s(_ values: inout [Int64]) throws(WireError) {
        try array(&values, 0, .max, false, 0) { (value, wire) throws(WireError) in try wire.integer(&value) }
    }

    /// Texts, behind how many there are.
    @inline(never)
    public mutating func strings(
        _ values: inout [String], since: Int16 = 0, until: Int16 = .max, ignorable: Bool = false
    ) throws(WireError) {
        try array(&values, since, until, ignorable, "") { (value, wire) throws(WireError) in try wire.string(&value) }
    }

    /// As `strings`; -1, or 0 in flexible versions, for null.
    @inline(never)
    public mutating func nullableStrings(
        _ values: inout [String]?, since: Int16 = 0, until: Int16 = .max, nullable: Int16 = 0, ignorable: Bool = false
    ) throws(WireError) {
        let mayDrop = ignorable || values == nil
        try nullableArray(&values, since, until, nullable, mayDrop, "") { (value, wire) throws(WireError) in
            try wire.string(&value)
        }
    }

    /// Ids of 16 bytes each, behind how many there are.
    @inline(never)
    public mutating func uuids(
        _ values: inout [KafkaUUID], since: Int16 = 0, until: Int16 = .max, ignorable: Bool = false
    ) throws(WireError) {
        try array(&values, since, until, ignorable, .zero) { (value, wire) throws(WireError) in try wire.uuid(&value) }
    }

    /// As `uuids`; -1, or 0 in flexible versions, for null.
    public mutating func nullableUUIDs(
        _ values: inout [KafkaUUID]?, since: Int16 = 0, until: Int16 = .max, nullable: Int16 = 0,
        ignorable: Bool = false
    ) throws(WireError) {
        let mayDrop = ignorable || values == nil
        try nullableArray(&values, since, until, nullable, mayDrop, .zero) { (value, wire) throws(WireError) in
            try wire.uuid(&value)
        }
    }
}
