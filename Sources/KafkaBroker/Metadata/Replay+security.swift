// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol

extension ConfigRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        let resource = ConfigResource(.init(rawValue: resourceType), resourceName)
        var configs = state.configurations[resource] ?? [:]
        configs[name] = value
        state.configurations[resource] = configs.isEmpty ? nil : configs
        delta.changedConfigs.insert(resource)
    }
}

extension ClientQuotaRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        let parts = self.entity.map { QuotaEntity.Part(type: $0.entityType, name: $0.entityName) }
        let entity = QuotaEntity(parts)
        var quotas = state.quotas[entity] ?? [:]
        quotas[key] = remove ? nil : value
        state.quotas[entity] = quotas.isEmpty ? nil : quotas
        delta.quotasChanged = true
    }
}

extension UserScramCredentialRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        state.scramCredentials[ScramUser(name: name, mechanism: mechanism)] = self
        delta.scramChanged = true
    }
}

extension RemoveUserScramCredentialRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        state.scramCredentials[ScramUser(name: name, mechanism: mechanism)] = nil
        delta.scramChanged = true
    }
}

extension AccessControlEntryRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        state.removeAcl(id)
        state.acls[id] = self
        state.aclIDs[binding] = id
        delta.changedAcls.insert(id)
    }
}

extension RemoveAccessControlEntryRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        state.removeAcl(id)
        delta.changedAcls.insert(id)
    }
}

extension MetadataState {
    fileprivate mutating func removeAcl(_ id: KafkaUUID) {
        guard let binding = acls.removeValue(forKey: id)?.binding, aclIDs[binding] == id else { return }
        aclIDs[binding] = nil
    }
}

extension DelegationTokenRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        state.delegationTokens[tokenID] = self
        delta.tokensChanged = true
    }
}

extension RemoveDelegationTokenRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        state.delegationTokens[tokenID] = nil
        delta.tokensChanged = true
    }
}
