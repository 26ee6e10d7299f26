// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol

extension Controller {
    /// Stores entries of access control lists; one error or nil for each. One that is there already is fine.
    func createAcls(_ bindings: [AclBinding]) -> [MetadataError?] {
        var new: [AclBinding: VersionedRecord] = [:]
        var records: [VersionedRecord] = []
        let errors = bindings.map { binding -> MetadataError? in
            do throws(MetadataError) {
                try check(binding)
                guard image.state.aclIDs[binding] == nil, new[binding] == nil else { return nil }
                let record = VersionedRecord(AccessControlEntryRecord(unusedAclID(), binding))
                new[binding] = record
                records.append(record)
                return nil
            } catch { return error }
        }
        do throws(MetadataError) {
            guard records.count <= Self.largestOperation else { throw Self.excessiveRecords }
            try commit(records)
        } catch { return errors.map { $0 ?? error } }
        return errors
    }

    private func unusedAclID() -> KafkaUUID {
        while true {
            let id = KafkaUUID.random()
            if image.acls[id] == nil { return id }
        }
    }

    private func check(_ binding: AclBinding) throws(MetadataError) {
        func require(_ condition: Bool, _ complaint: @autoclosure () -> String) throws(MetadataError) {
            guard condition else { throw MetadataError(.invalidRequest, complaint()) }
        }
        let type = AclResource(rawValue: binding.resourceType)
        try require(
            type != .cluster || binding.resourceName == AclResource.clusterName,
            "The only valid name for the CLUSTER resource is \(AclResource.clusterName)")
        try require(!binding.resourceName.isEmpty, "Invalid empty resource name")
        try require(type != nil, "Invalid resourceType \(AclResource.name(binding.resourceType))")
        let pattern = AclPattern(rawValue: binding.pattern)
        try require(
            pattern == .literal || pattern == .prefixed, "Invalid patternType \(AclPattern.name(binding.pattern))")
        try require(
            AclOperation(rawValue: binding.operation) != nil,
            "Invalid operation \(AclOperation.name(binding.operation))")
        try require(
            AclPermission(rawValue: binding.permission) != nil,
            "Invalid permissionType \(AclPermission.name(binding.permission))")
        try require(
            Principal(binding.principal) != nil,
            "Could not parse principal from `\(binding.principal)` (no colon is present separating the principal type "
                + "from the principal name)")
        guard !binding.host.contains("/") || versions.hasNetworksInAcls else {
            throw MetadataError(
                .unsupportedVersion, "CIDR-based ACL host patterns require metadata version 4.4-IV1 or higher.")
        }
        let complaint = AclHost.complaint(binding.host)
        try require(complaint == nil, complaint ?? "")
    }

    /// Deletes the entries that match; for each filter those that it matched, or an error.
    func deleteAcls(_ filters: [AclFilter]) -> [Result<[AclBinding], MetadataError>] {
        var gone: Set<KafkaUUID> = []
        var results: [Result<[AclBinding], MetadataError>] = []
        for filter in filters {
            if let complaint = filter.complaint {
                results.append(.failure(MetadataError(.invalidRequest, complaint)))
                continue
            }
            let found = image.acls.filter { filter.matches($0.value.binding) }
            gone.formUnion(found.keys)
            // Part of an answer could be taken for all of it.
            guard gone.count <= Self.largestOperation else {
                let error = MetadataError(
                    .invalidRequest,
                    "Cannot remove more than \(Self.largestOperation) acls in a single delete operation.")
                return filters.map { _ in .failure(error) }
            }
            results.append(.success(found.values.map(\.binding).sorted()))
        }
        let records = gone.sorted().map { id in VersionedRecord(RemoveAccessControlEntryRecord { $0.id = id }) }
        do throws(MetadataError) { try commit(records) } catch {
            return results.map { $0.flatMap { _ in .failure(error) } }
        }
        return results
    }
}
