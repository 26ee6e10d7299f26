// SPDX-License-Identifier: Apache-2.0

/// A command that ends in good order with a status of its own, after a signal or with an answer of no; nothing more is
/// printed.
struct Interrupted: Error {
    var status: Int32
}
