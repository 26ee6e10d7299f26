// SPDX-License-Identifier: Apache-2.0

import KafkaText

/// `application/x-www-form-urlencoded`
enum FormText {
    static func encode(_ pairs: KeyValuePairs<String, String>) -> String {
        pairs.map { "\(PercentCoding.encode($0.key))=\(PercentCoding.encode($0.value))" }.joined(separator: "&")
    }
}
