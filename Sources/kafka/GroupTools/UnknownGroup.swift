// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

enum UnknownGroup {
    /// `; did you mean 'billing'?`, or nothing if no group has a name like that.
    static func hint(_ id: String, _ admin: Admin) async throws -> String {
        suggestion(for: id, among: try await admin.listGroups().groups.map(\.groupID))
    }

    /// What a broker said about a group, with the hint if it does not know it.
    static func message(_ error: ClientError, about id: String, _ admin: Admin) async throws -> String {
        error.errorCode == .groupIDNotFound ? error.message + (try await hint(id, admin)) : error.message
    }
}
