// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension RecordBatchHeader {
    /// The offsets go up and end before the last there is.
    var hasOffsets: Bool { baseOffset >= 0 && lastOffset >= baseOffset && lastOffset < .max }
}

// A batch's base offset lies outside of its checksum, so that damage there shows by its neighbours alone.
extension LogSegment {
    /// Where a batch begins that doesn't begin at `expected`: there after all if its own offset can't be right, as a
    /// neighbour has it. Otherwise offsets are missing.
    ///
    /// - Parameters:
    ///   - bound: Where the next segment begins; `.max` when there is none.
    ///   - end: Where the file's batches end.
    ///   - isContiguous: No offsets are missing at the end of the log.
    ///   - isCertain: The batch before says what is expected. An index may be wrong itself: what follows must agree.
    func trueOffset(
        of header: RecordBatchHeader, at position: Int, expected: Int64, bound: Int64, end: Int, isContiguous: Bool,
        isCertain: Bool = true
    ) throws(LogError) -> Int64 {
        let following = try self.header(at: position + header.byteCount, end: end)
        let next = following?.baseOffset ?? bound
        guard header.lastOffsetDelta >= 0, expected >= 0 else { return header.baseOffset }
        let isAgreed = next == expected.addingSaturating(Int64(header.lastOffsetDelta)).addingSaturating(1)
        if !isCertain { return isAgreed ? expected : header.baseOffset }
        guard header.baseOffset > expected, header.hasOffsets else { return expected }
        if header.nextOffset <= next { return next == .max && isContiguous ? expected : header.baseOffset }
        // This one and the next contradict each other, and the one behind those tells which of them is wrong.
        guard !isAgreed, let following, following.byteCount >= RecordBatchHeader.byteCount else { return expected }
        let behind = position + header.byteCount + following.byteCount
        let third = try self.header(at: behind, end: end)?.baseOffset ?? bound
        return third < .max && header.nextOffset <= third ? header.baseOffset : expected
    }

    private func header(at position: Int, end: Int) throws(LogError) -> RecordBatchHeader? {
        guard end - position >= RecordBatchHeader.byteCount else { return nil }
        let bytes = try bytes(at: position, count: RecordBatchHeader.byteCount)
        let header = bytes.withUnsafeBytes { RecordBatchHeader($0) }
        return header.magic == RecordBatchHeader.currentMagic ? header : nil
    }

    /// Writes the base offset that a batch should have; tells what was mended.
    func mend(_ header: inout RecordBatchHeader, at position: Int, to offset: Int64) throws(LogError) -> String {
        let found = header.baseOffset
        header.baseOffset = offset
        var failure: LogError?
        let log = try log()
        withUnsafeBytes(of: offset.bigEndian) { bytes in
            do throws(LogError) { try log.write(bytes, at: position) } catch { failure = error }
        }
        if let failure { throw failure }
        return "The batch at byte \(position) of \(files.path(.log)) said that it begins at offset \(found), while it "
            + "stands where \(offset) does; that was put right"
    }

    /// Checks the offsets of the batches that lie in a range of positions, unless that was done; mends those that are
    /// wrong in good batches. Batches that this process wrote or recovered need no check.
    ///
    /// - Parameter offset: Where a reader begins, in the first of the batches.
    /// - Returns: What was mended.
    /// - Throws: `.corruptMessage` when the reader's first batch can't be right.
    func checkOffsets(
        from offset: Int64, to end: Int, bound: Int64, isContiguous: Bool
    ) throws(LogError) -> [String] {
        let start = try offsetIndex.lookup(offset)
        guard start.position < knownFrom, !isChecked(start.position..<min(end, byteCount)) else { return [] }
        var mended: [String] = []
        var expected: Int64? = start.position == 0 ? baseOffset : nil
        var scanner = BatchScanner(try log(), from: start.position, to: byteCount)
        while scanner.position < end {
            let batch: (header: RecordBatchHeader, position: Int)?
            do throws(LogError) { batch = try scanner.next() } catch  where expected ?? .min > offset { break }
            guard var header = batch?.header, let position = batch?.position else { break }
            // The index names the last offset of the batch where the walk begins.
            let wanted = expected ?? start.offset.subtractingSaturating(Int64(header.lastOffsetDelta))
            var isWrong = false
            if header.baseOffset != wanted {
                let offset = try trueOffset(
                    of: header, at: position, expected: wanted, bound: bound, end: byteCount,
                    isContiguous: isContiguous, isCertain: expected != nil)
                isWrong = offset != header.baseOffset
                if isWrong, try hasChecksum(header, at: position) {
                    mended.append(try mend(&header, at: position, to: offset))
                    isWrong = false
                }
            }
            guard !isWrong, header.hasOffsets, header.nextOffset <= bound else {
                wrongFrom = position
                noteChecked(start.position..<position)
                if expected ?? .min > offset { return mended }
                throw LogError(
                    .corruptMessage,
                    "\(files.path(.log)) holds a batch at byte \(position) whose offsets can't be right")
            }
            expected = header.nextOffset
        }
        noteChecked(start.position..<max(scanner.position, start.position))
        return mended
    }

    private func hasChecksum(_ header: RecordBatchHeader, at position: Int) throws(LogError) -> Bool {
        try bytes(at: position, count: header.byteCount).withUnsafeBytes {
            (try? RecordBatchReader.validate($0)) != nil
        }
    }
}
