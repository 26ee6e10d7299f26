// SPDX-License-Identifier: Apache-2.0

/// Why a record can't be shown as it should be, or a format can't be had, in a line.
package struct FormatError: Error, CustomStringConvertible {
    package var message: String
    package var description: String { message }

    package init(_ message: String) { self.message = message }
}
