// SPDX-License-Identifier: Apache-2.0

extension StringProtocol {
    /// Without the white space and control characters at either end, as Java's `trim` counts them.
    package var trimmed: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { $0.value > 32 }),
            let last = scalars.lastIndex(where: { $0.value > 32 })
        else { return "" }
        return String(self[first...last])
    }
}
