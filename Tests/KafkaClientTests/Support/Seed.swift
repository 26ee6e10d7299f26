// SPDX-License-Identifier: Apache-2.0

import Foundation

extension SplitMix {
    /// A seed for `what`, printed: KAFKA_TEST_SEED if that is set, else a random one.
    static func seed(of what: String) -> UInt64 {
        let given = ProcessInfo.processInfo.environment["KAFKA_TEST_SEED"].flatMap { UInt64($0) }
        let seed = given ?? .random(in: 0 ... .max)
        print("seed of \(what): \(seed)")
        return seed
    }
}
