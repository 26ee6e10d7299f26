// SPDX-License-Identifier: Apache-2.0

import KafkaClient

extension Consumer {
    /// Has nothing of what poll returned committed: it could not be written, so that the group must read it again.
    func putBack(_ fetched: [FetchedRecords]) {
        // The first of a partition counts.
        for records in fetched.reversed() { setPosition(records.partition, records.startOffset) }
    }
}
