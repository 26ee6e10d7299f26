// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// A wish for a level of a feature.
struct FeatureUpdate {
    /// With Kafka's numbers.
    enum Kind: Int8 {
        case upgrade = 1
        case safeDowngrade, unsafeDowngrade
    }

    var feature: String
    /// 0 switches the feature off.
    var level: Int16
    var kind: Kind?
}

extension Controller {
    /// Raises or lowers levels of features: all of them, or none.
    func updateFeatures(_ updates: [FeatureUpdate], validateOnly: Bool) throws(MetadataError) {
        var future = image.features
        var names: Set<String> = []
        for update in updates {
            guard names.insert(update.feature).inserted else {
                throw MetadataError(.invalidRequest, "Feature \(update.feature) appears more than once.")
            }
            do throws(MetadataError) { try check(update) } catch { throw Self.failingAll(error) }
            future[update.feature] = update.level == 0 ? nil : update.level
        }
        do throws(MetadataError) { try Self.checkDependencies(future, updates) } catch { throw Self.failingAll(error) }
        guard !validateOnly else { return }
        let records = updates.filter { image.features[$0.feature] ?? 0 != $0.level }.map { update in
            VersionedRecord(
                FeatureLevelRecord {
                    $0.name = update.feature
                    $0.featureLevel = update.level
                })
        }
        // metadata.version first: it says whether the other records may be there.
        let first = records.filter { ($0.record as? FeatureLevelRecord)?.name == Features.metadataVersion }
        let rest = records.filter { ($0.record as? FeatureLevelRecord)?.name != Features.metadataVersion }
        try commit(first + rest)
    }

    private func check(_ update: FeatureUpdate) throws(MetadataError) {
        guard let kind = update.kind else {
            throw Self.refusal(update, "The controller does not support the given upgrade type.")
        }
        guard update.level >= 0 else { throw Self.refusal(update, "A feature version cannot be less than 0.") }
        let current = image.features[update.feature] ?? 0
        guard let feature = SupportedFeatures.all.first(where: { $0.name == update.feature }) else {
            throw Self.refusal(
                update,
                update.level == 0
                    ? "Feature \(update.feature) not found."
                    : "Local controller \(store.nodeID) does not support this feature.")
        }
        guard (feature.minimum...feature.maximum).contains(update.level) else {
            throw Self.refusal(
                update,
                "Local controller \(store.nodeID) only supports versions \(feature.minimum)-\(feature.maximum)")
        }
        if update.level < current, kind == .upgrade {
            throw Self.refusal(
                update,
                "Can't downgrade the version of this feature without setting the upgrade type to either safe or "
                    + "unsafe downgrade.")
        }
        if update.level > current, kind != .upgrade {
            throw Self.refusal(update, "Can't downgrade to a newer version.")
        }
        if update.feature == Features.kraftVersion, update.level != quorum.kraftVersion {
            throw Self.refusal(update, "The only voter of this quorum cannot become one of several.")
        }
        if update.feature == Features.metadataVersion, update.level < current {
            try checkDowngrade(update, current, kind)
        }
    }

    /// Lower levels may lack records that the log has.
    private func checkDowngrade(
        _ update: FeatureUpdate, _ current: Int16, _ kind: FeatureUpdate.Kind
    ) throws(MetadataError) {
        guard Features.changesMetadata(from: update.level, to: current) else { return }
        throw MetadataError(
            .invalidUpdateVersion,
            kind == .unsafeDowngrade
                ? "Invalid metadata.version \(update.level). Unsafe metadata downgrade is not supported in this version."
                : "Invalid metadata.version \(update.level). Refusing to perform the requested downgrade because it "
                    + "might delete metadata information.")
    }

    private static func checkDependencies(
        _ future: [String: Int16], _ updates: [FeatureUpdate]
    ) throws(MetadataError) {
        let version = future[Features.metadataVersion] ?? Features.lowestMetadataVersion
        for (name, level) in future.sorted(by: { $0.key < $1.key }) {
            let needed = Features.requiredMetadataVersion(name, level)
            guard version < needed else { continue }
            let update =
                updates.first { $0.feature == name } ?? updates.first { $0.feature == Features.metadataVersion }
            let text = "\(name) could not be set to \(level) because it depends on metadata.version level \(needed)"
            throw update.map { refusal($0, text) } ?? MetadataError(.invalidUpdateVersion, text)
        }
    }

    private static func failingAll(_ error: MetadataError) -> MetadataError {
        MetadataError(
            error.code,
            "The update failed for all features since the following feature had an error: \(error.message)")
    }

    private static func refusal(_ update: FeatureUpdate, _ text: String) -> MetadataError {
        MetadataError(
            .invalidUpdateVersion, "Invalid update version \(update.level) for feature \(update.feature). \(text)")
    }
}
