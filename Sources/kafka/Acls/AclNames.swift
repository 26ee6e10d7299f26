// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension AclOperation {
    init(name: String) throws {
        let wanted = name.filter { $0 != "_" }.lowercased()
        guard let found = Self.allCases.first(where: { $0.name.lowercased() == wanted }) else {
            let names = Self.allCases.map(\.name)
            let hint = closest(to: name, among: names).map { "did you mean \($0)?" }
            throw CommandError(
                "There is no operation '\(name)'; \(hint ?? "there are \(names.joined(separator: ", "))")")
        }
        self = found
    }
}
