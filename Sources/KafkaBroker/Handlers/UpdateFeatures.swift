// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// Version 1 adds dry runs and kinds of downgrades (KIP-584), 2 leaves out the results of single features.
//
// ALTER on the cluster.
struct UpdateFeaturesHandler: AsyncRequestHandler {
    typealias Request = UpdateFeaturesRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: Request, _ context: RequestContext) async -> UpdateFeaturesResponse {
        let updates = request.featureUpdates.map { update in
            let kind: FeatureUpdate.Kind? =
                context.apiVersion == 0
                ? update.allowDowngrade ? .safeDowngrade : .upgrade : .init(rawValue: update.upgradeType)
            return FeatureUpdate(feature: update.feature, level: update.maxVersionLevel, kind: kind)
        }
        do throws(MetadataError) {
            guard context.authorizeCluster(.alter) else { throw MetadataError.clusterRefused }
            try await controller.updateFeatures(updates, validateOnly: request.validateOnly)
            return UpdateFeaturesResponse {
                $0.errorMessage = nil
                guard context.apiVersion < 2 else { return }
                $0.results = request.featureUpdates.map { update in
                    .init {
                        $0.feature = update.feature
                        $0.errorMessage = nil
                    }
                }
            }
        } catch {
            return UpdateFeaturesResponse {
                $0.errorCode = error.code
                $0.errorMessage = error.answer
            }
        }
    }
}
