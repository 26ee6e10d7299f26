// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Why a request about a group is refused.
struct GroupError: Error, Equatable {
    var code: ErrorCode
    var message: String

    init(_ code: ErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }
}
