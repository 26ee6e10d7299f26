// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
package import Libc

/// What of a file outlives a power failure from the moment it is in place.
public enum Durability: Sendable {
    /// What the system has not written yet is lost.
    case none
    /// Its bytes are on disk before it has its name. The name is as soon as something synchronizes the directory; until
    /// then the file's predecessor may come back.
    case contents
    /// The file is there again, under its name.
    case contentsAndName
}

/// Files by their paths.
package enum FileSystem {
    package struct Status {
        package var byteCount: Int
        /// Milliseconds since 1970.
        var modified: Int64
        package var isDirectory: Bool
        /// The permissions alone.
        var mode: mode_t
        /// Whether others than the owner may read it.
        package var isReadByOthers: Bool { mode & 0o044 != 0 }
    }

    /// Nil when there is no such file.
    package static func status(_ path: String) throws(LogError) -> Status? {
        var status = stat()
        guard !FileFaults.strikes(.stat, path), stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw .io("stat", path)
        }
        let modified = status.st_mtim
        return Status(
            byteCount: Int(status.st_size),
            modified: Int64(modified.tv_sec).multipliedSaturating(by: 1000)
                .addingSaturating(Int64(modified.tv_nsec) / 1_000_000),
            isDirectory: status.st_mode & S_IFMT == S_IFDIR,
            mode: status.st_mode & 0o777)
    }

    static func open(_ path: String) throws(LogError) -> LogFile { try open(path, flags: O_RDWR) }

    package static func openToRead(_ path: String) throws(LogError) -> LogFile { try open(path, flags: O_RDONLY) }

    static func openOrCreate(_ path: String) throws(LogError) -> LogFile { try open(path, flags: O_RDWR | O_CREAT) }

    static func create(_ path: String) throws(LogError) -> LogFile {
        try open(path, flags: O_RDWR | O_CREAT | O_TRUNC)
    }

    private static func open(_ path: String, flags: Int32) throws(LogError) -> LogFile {
        let descriptor = FileFaults.strikes(.open, path) ? -1 : POSIX.open(path, flags: flags)
        if descriptor < 0 { throw .io("open", path) }
        return LogFile(descriptor: descriptor, path: path)
    }

    /// A directory, to be synchronized.
    static func openDirectory(_ path: String) throws(LogError) -> LogFile { try open(path, flags: O_RDONLY) }

    /// The whole file, or its first bytes; nil when there is none.
    package static func contents(_ path: String, maxBytes: Int = .max) throws(LogError) -> [UInt8]? {
        let file: LogFile
        do throws(LogError) {
            file = try open(path, flags: O_RDONLY)
        } catch  where error.isMissingFile {
            return nil
        }
        // Most such files are small: one call reads all of it, and tells by its shortness that it is all.
        let small = try file.bytes(min(1024, maxBytes))
        return small.count < 1024 ? small : try file.bytes(min(try file.byteCount(), maxBytes))
    }

    /// Puts a file in place as a whole: nobody ever sees half of it.
    /// - Parameter mode: nil for the one that it had.
    package static func replace(
        _ path: String, with bytes: [UInt8], mode: mode_t? = nil, durability: Durability
    ) throws(LogError) {
        let temporary = temporary(path)
        let file = try create(temporary)
        if let mode {
            file.setMode(mode)
        } else if let mode = try status(path)?.mode, mode != FileMode.file {
            file.setMode(mode)
        }
        let failure: LogError? = bytes.withUnsafeBytes { bytes in
            do throws(LogError) {
                try file.write(bytes, at: 0)
                if durability != .none { try file.sync() }
                return nil
            } catch {
                return error
            }
        }
        do throws(LogError) {
            if let failure { throw failure }
            try rename(temporary, to: path)
        } catch {
            // Where the disk is full, it takes space that others need.
            _ = try? remove(temporary)
            throw error
        }
        if durability == .contentsAndName { try syncDirectory(parent(of: path)) }
    }

    /// Removes what `replace` leaves of a file when it is killed.
    static func removeUnfinished(_ path: String) throws(LogError) { try remove(temporary(path)) }

    private static func temporary(_ path: String) -> String { path + ".tmp" }

    static func rename(_ path: String, to other: String) throws(LogError) {
        if FileFaults.strikes(.rename, path) || Self.renameFile(path, other) != 0 {
            throw .io("rename", "\(path) to \(other)")
        }
    }

    private static func renameFile(_ from: String, _ to: String) -> Int32 {
        Glibc.rename(from, to)
    }

    /// False when there was no such file.
    @discardableResult
    package static func remove(_ path: String) throws(LogError) -> Bool {
        if !FileFaults.strikes(.remove, path), unlink(path) == 0 { return true }
        if errno == ENOENT { return false }
        throw .io("delete", path)
    }

    /// False when it was there already.
    @discardableResult
    package static func makeDirectory(_ path: String) throws(LogError) -> Bool {
        if !FileFaults.strikes(.makeDirectory, path), mkdir(path, FileMode.directory) == 0 { return true }
        let number = errno
        if number == EEXIST { return false }
        if number == ENOENT, parent(of: path) != path {
            try makeDirectory(parent(of: path))
            if mkdir(path, FileMode.directory) == 0 { return true }
        } else {
            errno = number
        }
        throw .io("make directory", path)
    }

    static func removeDirectory(_ path: String) throws(LogError) {
        if FileFaults.strikes(.removeDirectory, path) || (rmdir(path) != 0 && errno != ENOENT) {
            throw .io("delete directory", path)
        }
    }

    package static func syncDirectory(_ path: String) throws(LogError) {
        try openDirectory(path).sync()
    }

    /// The names in a directory, in no order, without `.` and `..`.
    package static func names(in path: String) throws(LogError) -> [String] { try entries(of: path).map(\.name) }

    /// The names of the directories in a directory, in no order.
    static func directories(in path: String) throws(LogError) -> [String] {
        var names: [String] = []
        for (name, type) in try entries(of: path) {
            switch type {
            case DT_DIR: names.append(name)
            // A link, or a file system that doesn't tell.
            case DT_LNK, DT_UNKNOWN:
                if try status("\(path)/\(name)")?.isDirectory == true { names.append(name) }
            default: break
            }
        }
        return names
    }

    private static func entries(of path: String) throws(LogError) -> [(name: String, type: Int)] {
        let descriptor = FileFaults.strikes(.list, path) ? -1 : POSIX.open(path, flags: O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0, let stream = fdopendir(descriptor) else {
            let error = LogError.io("list", path)
            if descriptor >= 0 { POSIX.close(descriptor) }
            throw error
        }
        defer { closedir(stream) }
        var entries: [(String, Int)] = []
        while true {
            // Only by this number does a failure differ from the end; half a list would look like lost files.
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw .io("list", path) }
                break
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { entries.append((name, Int(entry.pointee.d_type))) }
        }
        return entries
    }
}
