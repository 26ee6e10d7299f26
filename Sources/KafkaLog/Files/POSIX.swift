// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
package import Libc
internal import SystemPackage

/// The modes of what is created: its owner's alone, whatever the umask grants, as records and the keys of logins are in
/// it. What exists keeps its mode.
package enum FileMode {
    package static let file: mode_t = 0o600
    package static let directory: mode_t = 0o700
}

/// The system calls of this module, in one place; each repeats itself when a signal interrupts it.
enum POSIX {
    typealias Part = iovec

    /// Parts that one write takes (IOV_MAX).
    static let maxParts = 1024

    static func retrying(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }

    /// Reading what was opened changes no access time, where that may be asked for: else a start would write to the
    /// inode of each file that was written to since it was last read, and its first sync would wait for all of them.
    static func open(_ path: String, flags: Int32) -> Int32 {
        let descriptor = openRepeating(path, flags | O_CLOEXEC | withoutAccessTime)
        // It may be asked for by the owner of the file only.
        return descriptor < 0 && errno == EPERM ? openRepeating(path, flags | O_CLOEXEC) : descriptor
    }

    /// `O_NOATIME`, which the module of the C library hides.
    private static let withoutAccessTime: Int32 = 0o1000000

    private static func openRepeating(_ path: String, _ flags: Int32) -> Int32 {
        Int32(truncatingIfNeeded: retrying { Int(openFile(path, flags)) })
    }

    private static func openFile(_ path: String, _ flags: Int32) -> Int32 {
        Glibc.open(path, flags, FileMode.file)
    }

    static func close(_ descriptor: Int32) {
        // Linux frees the number even when close fails, so there is nothing to repeat.
        _ = Glibc.close(descriptor)
    }

    static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at position: Int) -> Int {
        retrying { pread(descriptor, buffer.baseAddress, buffer.count, off_t(position)) }
    }

    static func write(_ descriptor: Int32, _ parts: UnsafeMutableBufferPointer<Part>, at position: Int) -> Int {
        retrying { pwritev(descriptor, parts.baseAddress, Int32(parts.count), off_t(position)) }
    }

    static func size(of descriptor: Int32) -> Int? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : nil
    }

    static func truncate(_ descriptor: Int32, _ byteCount: Int) -> Int {
        retrying { Int(ftruncate(descriptor, off_t(byteCount))) }
    }

    static func setModified(_ descriptor: Int32, _ milliseconds: Int64) -> Int32 {
        // Before 1970 too the nanoseconds count forward.
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        let isBefore = rest < 0
        let time = timespec(
            tv_sec: Int(isBefore ? seconds - 1 : seconds), tv_nsec: Int(isBefore ? rest + 1000 : rest) * 1_000_000)
        return withUnsafeTemporaryAllocation(of: timespec.self, capacity: 2) { times in
            times.initialize(repeating: time)
            return futimens(descriptor, times.baseAddress!)
        }
    }

    /// What it takes to read the bytes again; times may be lost.
    static func sync(_ descriptor: Int32) -> Int {
        retrying { Int(fdatasync(descriptor)) }
    }

    /// Has the system begin to bring bytes to disk, and doesn't wait: a later `sync` finds less to do.
    static func beginSync(_ descriptor: Int32, _ range: Range<Int>) {
        _ = syncFileRange(descriptor, off_t(range.lowerBound), off_t(range.count), 2)  // SYNC_FILE_RANGE_WRITE
    }

    /// Everything of the file system that holds the open file.
    static func syncFileSystem(_ descriptor: Int32) -> Int {
        retrying { Int(syncfs(descriptor)) }
    }

    static func reserve(_ descriptor: Int32, _ byteCount: Int) -> Int32 {
        let number = posix_fallocate(descriptor, 0, off_t(byteCount))
        errno = number
        return number
    }

    /// Finds a place on disk for bytes that may come; the file does not become longer.
    static func allocate(_ descriptor: Int32, _ range: Range<Int>) -> Bool {
        retrying { Int(fallocate(descriptor, 1, off_t(range.lowerBound), off_t(range.count))) } == 0  // KEEP_SIZE
    }

    /// Zeros that take no memory until they are written; in large pages where there are such, as a large table that is
    /// read in no order spends half its time on finding the small ones.
    static func allocateZeros(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        guard let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0), memory != MAP_FAILED else {
            fatalError("out of memory")
        }
        _ = madvise(memory, byteCount, MADV_HUGEPAGE)
        return memory
    }

    /// Gives back what `allocateZeros` gave.
    static func free(_ memory: UnsafeMutableRawPointer, _ byteCount: Int) { munmap(memory, byteCount) }

    /// Takes a record lock over the whole file that lasts as long as the open file, not the process: it conflicts
    /// with the lock of Java's FileChannel, which flock does not. False when another has it.
    static func lock(_ descriptor: Int32) -> Bool { setLock(descriptor, F_WRLCK) }

    /// Gives the lock back at once. Closing the file does so only when no child process, started a moment ago, has it
    /// open any more.
    static func unlock(_ descriptor: Int32) { _ = setLock(descriptor, F_UNLCK) }

    private static func setLock(_ descriptor: Int32, _ type: some BinaryInteger) -> Bool {
        var range = flock()
        range.l_type = Int16(type)
        range.l_whence = Int16(SEEK_SET)
        let setOpenFileLock: Int32 = 37  // F_OFD_SETLK, which glibc shows under _GNU_SOURCE only
        return fcntl(descriptor, setOpenFileLock, &range) == 0
    }
}

extension LogError {
    /// The failure of the system call that was made last.
    static func io(_ action: String, _ path: String, at position: Int? = nil) -> LogError {
        let number = errno
        let place = position.map { " at byte \($0)" } ?? ""
        let reason = Errno(rawValue: number).description
        return LogError(.kafkaStorageError, "Cannot \(action) \(path)\(place): \(reason)", systemError: number)
    }

    var isMissingFile: Bool { systemError == ENOENT }

    /// Something is used up that others give back: descriptors, memory, room.
    package var isTransient: Bool { [EMFILE, ENFILE, ENOMEM].contains(systemError) || isOutOfSpace }

    /// The disk is full, or what may be written to it by this user is used up.
    package var isOutOfSpace: Bool { systemError == ENOSPC || systemError == EDQUOT }
}

// The C library declares them under _GNU_SOURCE only, which Swift's import doesn't set.
@_silgen_name("syncfs") private func syncfs(_ descriptor: Int32) -> Int32
@_silgen_name("fallocate")
private func fallocate(_ descriptor: Int32, _ mode: Int32, _ offset: off_t, _ count: off_t) -> Int32
@_silgen_name("sync_file_range")
private func syncFileRange(_ descriptor: Int32, _ offset: off_t, _ count: off_t, _ flags: UInt32) -> Int32
