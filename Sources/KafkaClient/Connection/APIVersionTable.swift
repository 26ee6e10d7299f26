// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// The versions of each API that one broker has.
struct APIVersionTable: Sendable {
    let response: ApiVersionsResponse
    private let ranges: [Int16: ClosedRange<Int16>]

    init(_ response: ApiVersionsResponse) {
        self.response = response
        var ranges: [Int16: ClosedRange<Int16>] = [:]
        for entry in response.apiKeys where entry.minVersion <= entry.maxVersion {
            ranges[entry.apiKey] = entry.minVersion...entry.maxVersion  // bounded: in order, see above
        }
        self.ranges = ranges
    }

    /// The highest version that both sides have; nil if there is none.
    func highestCommon(_ key: APIKey, _ ours: ClosedRange<Int16>) -> Int16? {
        guard let theirs = ranges[key.rawValue], theirs.overlaps(ours) else { return nil }
        return min(theirs.upperBound, ours.upperBound)
    }
}
