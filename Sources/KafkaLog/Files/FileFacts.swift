// SPDX-License-Identifier: Apache-2.0

internal import Libc

/// What the system tells of a file, for those who see the C library through other modules and can't read its structure.
package struct FileFacts: Sendable, Equatable {
    package let device: UInt64
    package let inode: UInt64
    package let owner: UInt32
    /// Bytes.
    package let size: Int64
    /// Of the last change of the contents, since 1970.
    package let modifiedSeconds: Int
    package let modifiedNanoseconds: Int
    package let isDirectory: Bool

    /// Nil where there is no such file, or it can't be asked about.
    /// - Parameter followsLinks: whether a link is what it leads to.
    package init?(_ path: String, followsLinks: Bool = true) {
        var status = stat()
        guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        self.init(status)
    }

    package init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        owner = status.st_uid
        size = Int64(status.st_size)
        modifiedSeconds = Int(status.st_mtim.tv_sec)
        modifiedNanoseconds = Int(status.st_mtim.tv_nsec)
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
    }
}
