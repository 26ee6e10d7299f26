// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol

extension RegisterBrokerRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        state.brokers[brokerID] = BrokerImage(registration: self)
        delta.brokersChanged = true
    }
}

extension UnregisterBrokerRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        guard state.brokers.removeValue(forKey: brokerID) != nil else {
            throw MetadataError(.corruptMessage, "broker \(brokerID) is unregistered and was not registered")
        }
        delta.brokersChanged = true
    }
}

extension FenceBrokerRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        try state.changeBroker(id, epoch: epoch, noting: &delta) { $0.fenced = true }
    }
}

extension UnfenceBrokerRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        try state.changeBroker(id, epoch: epoch, noting: &delta) { $0.fenced = false }
    }
}

extension BrokerRegistrationChangeRecord: ReplayableRecord {
    /// A change of -1 means no, 1 yes, and 0 leaves things as they are.
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        try state.changeBroker(brokerID, epoch: brokerEpoch, noting: &delta) { registration in
            if fenced != 0 { registration.fenced = fenced > 0 }
            if inControlledShutdown != 0 { registration.inControlledShutdown = inControlledShutdown > 0 }
            if !logDirs.isEmpty { registration.logDirs = logDirs }
            if let cordonedLogDirs { registration.cordonedLogDirs = cordonedLogDirs }
        }
    }
}

extension RegisterControllerRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        state.controllers[controllerID] = self
    }
}

extension UnregisterControllerRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        state.controllers[controllerID] = nil
    }
}

extension FeatureLevelRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        // Level 0 is that of a feature that is off, but metadata.version always has one.
        state.features[name] = featureLevel == 0 ? nil : featureLevel
        delta.featuresChanged = true
    }
}

extension ProducerIdsRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        guard nextProducerID > state.nextProducerID else {
            throw MetadataError(
                .corruptMessage, "producer ids go back from \(state.nextProducerID) to \(nextProducerID)")
        }
        state.nextProducerID = nextProducerID
    }
}

extension NoOpRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {}
}

extension ZkMigrationStateRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {}
}

extension MetadataState {
    fileprivate mutating func changeBroker(
        _ id: Int32, epoch: Int64, noting delta: inout MetadataDelta, _ change: (inout RegisterBrokerRecord) -> Void
    ) throws(MetadataError) {
        guard var broker = brokers[id], broker.epoch == epoch else {
            throw MetadataError(.corruptMessage, "broker \(id) of epoch \(epoch) is changed and is not registered")
        }
        change(&broker.registration)
        brokers[id] = broker
        delta.brokersChanged = true
    }
}
