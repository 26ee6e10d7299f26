// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// ALTER_CONFIGS on the cluster.
struct AlterClientQuotasHandler: AsyncRequestHandler {
    typealias Request = AlterClientQuotasRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: Request, _ context: RequestContext) async -> AlterClientQuotasResponse {
        guard context.authorizeCluster(.alterConfigs) else {
            return AlterClientQuotasResponse { response in
                response.entries = request.entries.map { .refused($0, .clusterRefused) }
            }
        }
        let entries = await controller.alterClientQuotas(request.entries, validateOnly: request.validateOnly)
        return AlterClientQuotasResponse { $0.entries = entries }
    }
}

extension AlterClientQuotasResponse.EntryData {
    fileprivate static func refused(_ entry: AlterClientQuotasRequest.EntryData, _ error: MetadataError) -> Self {
        Self {
            ($0.errorCode, $0.errorMessage) = (error.code, error.answer)
            $0.entity = entry.entity.map { part in
                .init { ($0.entityType, $0.entityName) = (part.entityType, part.entityName) }
            }
        }
    }
}
