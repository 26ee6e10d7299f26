// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// The versions of each API that one broker has.
struct APIVersionTable: Sendable {
    let response: ApiVersionsResponse

    init(_ response: ApiVersionsResponse) {
        self.response = response
    }

    /// The highest version that both sides have; nil if there is none.
    func highestCommon(_ key: APIKey, _ ours: ClosedRange<Int16>) -> Int16? {
        // A hundred entries: looking through them takes less than making a dictionary of them at every start.
        let entry = response.apiKeys.last { $0.apiKey == key.rawValue && $0.minVersion <= $0.maxVersion }
        guard let entry, entry.minVersion <= ours.upperBound, entry.maxVersion >= ours.lowerBound else { return nil }
        return min(entry.maxVersion, ours.upperBound)
    }
}
