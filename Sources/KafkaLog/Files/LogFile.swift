// SPDX-License-Identifier: Apache-2.0

internal import Libc

/// An open file, closed when its last reference goes: a segment may be deleted while its bytes are being sent.
public final class LogFile: Sendable {
    /// Stays open as long as this object lives; duplicate it for what outlives the object.
    public let descriptor: Int32
    /// Where the file was when it was opened.
    let path: String

    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { POSIX.close(descriptor) }

    package func byteCount() throws(LogError) -> Int {
        guard !FileFaults.strikes(.stat, path), let size = POSIX.size(of: descriptor) else { throw .io("stat", path) }
        return size
    }

    /// The first bytes, as many as there are.
    func bytes(_ count: Int) throws(LogError) -> [UInt8] {
        var failure: LogError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(LogError) {
                initialized = try read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Reads until `buffer` is full or the file ends.
    func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int) throws(LogError) -> Int {
        var count = 0
        while count < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
            let step = FileFaults.strikes(.read, path) ? -1 : POSIX.read(descriptor, rest, at: position + count)
            if step < 0 { throw .io("read", path, at: position + count) }
            if step == 0 { break }
            count += step
        }
        return count
    }

    /// Writes all the parts, one after the other, in one call unless the system takes fewer bytes.
    func write(_ parts: UnsafeMutableBufferPointer<POSIX.Part>, at position: Int) throws(LogError) {
        var position = position
        var parts = parts[...]
        while !parts.isEmpty {
            let group = UnsafeMutableBufferPointer(rebasing: parts.prefix(POSIX.maxParts))
            var step = try writeSome(group, at: position)
            position += step
            while let part = parts.first, step >= part.iov_len {
                step -= part.iov_len
                parts.removeFirst()
            }
            if step > 0 {
                parts[parts.startIndex].iov_base += step
                parts[parts.startIndex].iov_len -= step
            }
        }
    }

    private func writeSome(
        _ parts: UnsafeMutableBufferPointer<POSIX.Part>, at position: Int
    ) throws(LogError) -> Int {
        if let fault = FileFaults.faultOfWrite(path) {
            let error = LogError.io("write", path, at: position)
            if fault == .failsHalfway, let part = parts.first {
                let half = UnsafeMutableBufferPointer<POSIX.Part>.allocate(capacity: 1)
                defer { half.deallocate() }
                half[0] = POSIX.Part(iov_base: part.iov_base, iov_len: (part.iov_len + 1) / 2)
                _ = POSIX.write(descriptor, half, at: position)
            }
            throw error
        }
        let step = POSIX.write(descriptor, parts, at: position)
        if step < 0 { throw .io("write", path, at: position) }
        return step
    }

    func write(_ bytes: UnsafeRawBufferPointer, at position: Int) throws(LogError) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        var part = POSIX.Part(iov_base: UnsafeMutableRawPointer(mutating: base), iov_len: bytes.count)
        let failure: LogError? = withUnsafeMutablePointer(to: &part) { part in
            do throws(LogError) {
                try write(UnsafeMutableBufferPointer(start: part, count: 1), at: position)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    /// Writes two parts with one call.
    func write(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, at position: Int
    ) throws(LogError) {
        let failure: LogError? = withUnsafeTemporaryAllocation(of: POSIX.Part.self, capacity: 2) { parts in
            parts[0] = POSIX.Part(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count)
            parts[1] = POSIX.Part(
                iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count)
            do throws(LogError) {
                try write(parts, at: position)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    func truncate(to byteCount: Int) throws(LogError) {
        if FileFaults.strikes(.truncate, path) || POSIX.truncate(descriptor, byteCount) != 0 {
            throw .io("truncate", path, at: byteCount)
        }
    }

    /// Reserves space: the file gets this length, and is cut to its bytes when no more come.
    func reserve(_ byteCount: Int) throws(LogError) {
        if FileFaults.strikes(.allocate, path) || POSIX.reserve(descriptor, byteCount) != 0 {
            throw .io("reserve \(byteCount) bytes for", path)
        }
    }

    /// Finds a place on disk for bytes that may come, without making the file longer; false where that can't be done.
    func allocate(_ range: Range<Int>) -> Bool {
        !FileFaults.strikes(.allocate, path) && POSIX.allocate(descriptor, range)
    }

    /// Says when the file was last written, in milliseconds since 1970.
    func setModified(_ time: Int64) throws(LogError) {
        if FileFaults.strikes(.setTime, path) || POSIX.setModified(descriptor, time) != 0 {
            throw .io("set the time of", path)
        }
    }

    /// Where that isn't allowed the mode stays as it is.
    func setMode(_ mode: mode_t) { _ = fchmod(descriptor, mode) }

    /// Has the system begin to bring bytes to disk; only `sync` makes sure of it.
    func beginSync(_ range: Range<Int>) { POSIX.beginSync(descriptor, range) }

    func sync() throws(LogError) {
        if FileFaults.strikes(.sync, path) || POSIX.sync(descriptor) != 0 { throw .io("sync", path) }
    }

    /// Brings everything to disk that is on the same file system.
    func syncFileSystem() throws(LogError) {
        if FileFaults.strikes(.sync, path) || POSIX.syncFileSystem(descriptor) != 0 { throw .io("sync", path) }
    }
}
