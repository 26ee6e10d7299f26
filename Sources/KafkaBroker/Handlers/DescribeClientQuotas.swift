// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol

// DESCRIBE_CONFIGS on the cluster.
struct DescribeClientQuotasHandler: RequestHandler {
    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(
        _ request: DescribeClientQuotasRequest, _ context: RequestContext,
        _ reply: Reply<DescribeClientQuotasResponse>
    ) {
        do throws(MetadataError) {
            guard context.authorizeCluster(.describeConfigs) else { throw MetadataError.clusterRefused }
            let filter = try QuotaFilter(request)
            let found = controller.store.image.quotas.filter { filter.matches($0.key) }
            reply(
                DescribeClientQuotasResponse {
                    $0.entries = found.sorted { $0.key.description < $1.key.description }.map(entry)
                })
        } catch {
            reply(
                DescribeClientQuotasResponse {
                    $0.errorCode = error.code
                    $0.errorMessage = error.answer
                    $0.entries = nil
                })
        }
    }

    private func entry(
        _ entity: QuotaEntity, _ values: [String: Double]
    ) -> DescribeClientQuotasResponse.EntryData {
        DescribeClientQuotasResponse.EntryData {
            $0.entity = entity.parts.map { part in
                .init {
                    $0.entityType = part.type
                    $0.entityName = part.name
                }
            }
            $0.values = values.sorted { $0.key < $1.key }.map { key, value in
                .init {
                    $0.key = key
                    $0.value = value
                }
            }
        }
    }
}

/// What a client asks of entities: for each type a name, the default, or any of them.
struct QuotaFilter {
    private var names: [String: String?] = [:]
    private var types: Set<String> = []
    private let isStrict: Bool

    init(_ request: DescribeClientQuotasRequest) throws(MetadataError) {
        isStrict = request.strict
        for component in request.components { try add(component) }
        let all = types.union(names.keys)
        guard !all.contains(QuotaEntity.address) || all.count == 1 else {
            throw MetadataError(
                .invalidRequest,
                "Invalid entity filter component combination. IP filter component should not be used with user or "
                    + "clientId filter component.")
        }
    }

    private mutating func add(_ component: DescribeClientQuotasRequest.ComponentData) throws(MetadataError) {
        let type = component.entityType
        guard !type.isEmpty else { throw MetadataError(.invalidRequest, "Invalid empty entity type.") }
        guard names[type] == nil, !types.contains(type) else {
            throw MetadataError(.invalidRequest, "Entity type \(type) cannot appear more than once in the filter.")
        }
        guard [QuotaEntity.user, QuotaEntity.clientID, QuotaEntity.address].contains(type) else {
            throw MetadataError(.unsupportedVersion, "Unsupported entity type \(type)")
        }
        switch component.matchType {
        case 0:
            guard let name = component.match else {
                throw MetadataError(
                    .invalidRequest, "Request specified MATCH_TYPE_EXACT, but set match string to null.")
            }
            names[type] = .some(name)
        case 1:
            try requireNone(component, "MATCH_TYPE_DEFAULT")
            names[type] = .some(nil)
        case 2:
            try requireNone(component, "MATCH_TYPE_SPECIFIED")
            types.insert(type)
        default: throw MetadataError(.invalidRequest, "Unknown match type \(component.matchType)")
        }
    }

    private func requireNone(
        _ component: DescribeClientQuotasRequest.ComponentData, _ kind: String
    ) throws(MetadataError) {
        guard component.match == nil else {
            throw MetadataError(.invalidRequest, "Request specified \(kind), but also specified a match string.")
        }
    }

    func matches(_ entity: QuotaEntity) -> Bool {
        if isStrict, entity.parts.count != names.count + types.count { return false }
        return names.allSatisfy { type, name in entity[type].map { $0.name == name } ?? false }
            && types.allSatisfy { entity[$0] != nil }
    }
}
