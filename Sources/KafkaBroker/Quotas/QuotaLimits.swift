// SPDX-License-Identifier: Apache-2.0

/// Whose use is counted together: of a user, of a client id, or of both.
struct QuotaGroup: Hashable, Sendable {
    /// Nil where the user doesn't matter.
    var user: String?
    var clientID: String?
}

/// The limits of one kind, such as `producer_byte_rate`, and which of them holds for a client.
struct QuotaLimits: Sendable {
    /// By user and client id, where nil stands for all others.
    private var pairs: [QuotaGroup: Double] = [:]
    private var users: [String?: Double] = [:]
    private var clientIDs: [String?: Double] = [:]

    var isEmpty: Bool { pairs.isEmpty && users.isEmpty && clientIDs.isEmpty }

    mutating func set(_ limit: Double, for entity: QuotaEntity) {
        switch (entity[QuotaEntity.user], entity[QuotaEntity.clientID]) {
        case (let user?, let clientID?): pairs[QuotaGroup(user: user.name, clientID: clientID.name)] = limit
        case (let user?, nil): users[user.name] = limit
        case (nil, let clientID?): clientIDs[clientID.name] = limit
        case (nil, nil): break
        }
    }

    /// The limit of a client in a second, and whose use counts against it; nil for none. Users come before client ids, and
    /// their own before those of all others.
    func limit(of client: QuotaClient) -> (group: QuotaGroup, perSecond: Double)? {
        let (user, clientID) = (client.user, client.clientID)
        if !pairs.isEmpty {
            let own =
                pairs[QuotaGroup(user: user, clientID: clientID)] ?? pairs[QuotaGroup(user: user, clientID: nil)]
            if let own { return (QuotaGroup(user: user, clientID: clientID), own) }
        }
        if let own = users[user] { return (QuotaGroup(user: user), own) }
        if !pairs.isEmpty {
            let common = pairs[QuotaGroup(user: nil, clientID: clientID)] ?? pairs[QuotaGroup(user: nil, clientID: nil)]
            if let common { return (QuotaGroup(user: user, clientID: clientID), common) }
        }
        if let common = users[nil] { return (QuotaGroup(user: user), common) }
        return (clientIDs[clientID] ?? clientIDs[nil]).map { (QuotaGroup(clientID: clientID), $0) }
    }
}

extension QuotaEntity {
    static let user = "user"
    static let clientID = "client-id"
    static let address = "ip"
}
