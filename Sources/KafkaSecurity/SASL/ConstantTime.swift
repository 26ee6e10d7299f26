// SPDX-License-Identifier: Apache-2.0

/// Comparison of secrets in a time that tells nothing of them.
package enum ConstantTime {
    /// Whether both are the same; their digests are compared, so that lengths don't show either.
    package static func areEqual(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> Bool {
        let (left, right) = (SHA2.sha256.digest(left), SHA2.sha256.digest(right))
        return zip(left, right).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
