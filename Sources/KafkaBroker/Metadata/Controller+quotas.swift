// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol

extension Controller {
    /// Sets and removes quotas; the answers are in the order of the request.
    func alterClientQuotas(
        _ entries: [AlterClientQuotasRequest.EntryData], validateOnly: Bool
    ) -> [AlterClientQuotasResponse.EntryData] {
        var records: [VersionedRecord] = []
        var seen: Set<QuotaEntity> = []
        var answers = entries.map { entry in
            var answer = AlterClientQuotasResponse.EntryData {
                $0.errorMessage = nil
                $0.entity = entry.entity.map { part in
                    AlterClientQuotasResponse.EntityData {
                        $0.entityType = part.entityType
                        $0.entityName = part.entityName
                    }
                }
            }
            do throws(MetadataError) {
                let entity = try ClientQuotas.entity(entry)
                guard seen.insert(entity).inserted else {
                    throw MetadataError(.invalidRequest, "Ignoring duplicate entity \(entity.description)")
                }
                records += try ClientQuotas.changes(entity, entry.ops, current: image.quotas[entity] ?? [:])
            } catch {
                answer.errorCode = error.code
                answer.errorMessage = error.answer
            }
            return answer
        }
        guard !validateOnly else { return answers }
        do throws(MetadataError) { try commit(records) } catch {
            for index in answers.indices where answers[index].errorCode == .none {
                answers[index].errorCode = error.code
                answers[index].errorMessage = error.answer
            }
        }
        return answers
    }
}

/// The rules for quotas (KIP-546, KIP-612).
enum ClientQuotas {
    static func entity(_ entry: AlterClientQuotasRequest.EntryData) throws(MetadataError) -> QuotaEntity {
        guard !entry.entity.isEmpty else {
            throw MetadataError(.invalidRequest, "Invalid empty client quota entity")
        }
        var types: Set<String> = []
        for part in entry.entity {
            guard types.insert(part.entityType).inserted else {
                throw MetadataError(
                    .invalidRequest, "Invalid client quota entity, duplicate entity entry \(part.entityType)")
            }
            guard [QuotaEntity.user, QuotaEntity.clientID, QuotaEntity.address].contains(part.entityType) else {
                throw MetadataError(.invalidRequest, "Unhandled client quota entity type: \(part.entityType)")
            }
            guard part.entityName != "" else {
                throw MetadataError(.invalidRequest, "Empty \(part.entityType) not supported")
            }
        }
        guard !types.contains(QuotaEntity.address) || types.count == 1 else {
            throw MetadataError(
                .invalidRequest,
                "Invalid quota entity combination, IP entity should not be combined with User or ClientId")
        }
        // Apache Kafka resolves the name whenever it reads the record, and can't go on without.
        if types.contains(QuotaEntity.address), let host = entry.entity[0].entityName, !HostName.isResolvable(host) {
            throw MetadataError(.invalidRequest, "\(host) is not a valid IP or resolvable host.")
        }
        return QuotaEntity(entry.entity.map { QuotaEntity.Part(type: $0.entityType, name: $0.entityName) })
    }

    static func changes(
        _ entity: QuotaEntity, _ operations: [AlterClientQuotasRequest.OpData], current: [String: Double]
    ) throws(MetadataError) -> [VersionedRecord] {
        var seen: Set<String> = []
        var records: [VersionedRecord] = []
        for operation in operations {
            guard seen.insert(operation.key).inserted else {
                throw MetadataError(
                    .invalidRequest,
                    "Duplicate quota key \(operation.key) not updating quota for this entity \(entity.description)")
            }
            if operation.remove {
                guard current[operation.key] != nil else { continue }
                records.append(VersionedRecord(ClientQuotaRecord(entity, operation.key, nil)))
            } else {
                try check(operation.key, operation.value, isAddress: entity[QuotaEntity.address] != nil)
                guard current[operation.key] != operation.value else { continue }
                records.append(VersionedRecord(ClientQuotaRecord(entity, operation.key, operation.value)))
            }
        }
        return records
    }

    private static func check(_ key: String, _ value: Double, isAddress: Bool) throws(MetadataError) {
        let keys =
            isAddress
            ? ["connection_creation_rate"]
            : ["producer_byte_rate", "consumer_byte_rate", "request_percentage", "controller_mutation_rate"]
        guard keys.contains(key) else {
            throw MetadataError(.invalidRequest, "Invalid configuration key \(key)")
        }
        guard value > 0 else { throw MetadataError(.invalidRequest, "Quota \(key) must be greater than 0") }
        if key == "request_percentage" || key == "controller_mutation_rate" { return }
        let (limit, type) = isAddress ? (Double(Int32.max), "an INT") : (Double(Int64.max), "a LONG")
        guard value <= limit else {
            throw MetadataError(.invalidRequest, "Proposed value for \(key) is too large for \(type).")
        }
        guard value.truncatingRemainder(dividingBy: 1) <= 1e-6 else {
            throw MetadataError(.invalidRequest, "\(key) cannot be a fractional value.")
        }
    }
}

extension QuotaEntity {
    /// As Kafka's messages print it.
    var description: String {
        let entries = parts.map { "\($0.type)=\($0.name ?? "null")" }
        return "ClientQuotaEntity(entries={\(entries.joined(separator: ", "))})"
    }
}
