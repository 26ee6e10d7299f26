// SPDX-License-Identifier: Apache-2.0

/// A command that a signal ended in good order; nothing is printed.
struct Interrupted: Error {
    var status: Int32
}
