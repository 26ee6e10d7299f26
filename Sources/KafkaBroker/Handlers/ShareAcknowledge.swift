// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Takes what a member of a share group says of the records that it has (KIP-932).
///
/// READ on the group and on the topics.
struct ShareAcknowledgeHandler: RequestHandler {
    let shares: SharePartitions

    func handle(
        _ request: ShareAcknowledgeRequest, _ context: RequestContext, _ reply: Reply<ShareAcknowledgeResponse>
    ) {
        do throws(ShareError) {
            reply(try acknowledge(request, context))
        } catch {
            reply(
                ShareAcknowledgeResponse {
                    $0.errorCode = error.code
                    $0.errorMessage = error.message
                })
        }
    }

    private func acknowledge(
        _ request: ShareAcknowledgeRequest, _ context: RequestContext
    ) throws(ShareError) -> ShareAcknowledgeResponse {
        guard shares.isEnabled() else { throw ShareError(.unsupportedVersion) }
        guard let groupID = request.groupID, !groupID.isEmpty else { throw ShareError(.invalidGroupID) }
        guard context.authorize(.read, .group, groupID) else { throw .groupRefused }
        guard let memberID = request.memberID, !memberID.isEmpty else {
            throw ShareError(.invalidRequest, "MemberId can't be empty.")
        }
        let member = ShareSession.Key(groupID: groupID, memberID: memberID)
        var ending: ShareSession?
        switch request.shareSessionEpoch {
        case ShareSession.firstEpoch: throw ShareError(.invalidShareSessionEpoch)
        case ShareSession.finalEpoch:
            ending = shares.sessions.remove(member)
            if ending == nil { throw ShareError(.shareSessionNotFound) }
        default: _ = try shares.sessions.advance(member, epoch: request.shareSessionEpoch)
        }
        let settings = shares.settings(groupID)
        let acknowledgements = request.acknowledgements
        let refused = shares.refused(acknowledgements.map(\.place), context)
        let results = shares.acknowledge(acknowledgements, member, settings, refused: refused)
        if let ending { shares.end(ending) }
        return ShareAcknowledgeResponse { response in
            response.acquisitionLockTimeoutMs = settings.lockDurationMs
            for (place, error) in results {
                let answer = ShareAcknowledgeResponse.PartitionData {
                    $0.partitionIndex = place.partition
                    $0.errorCode = error?.code ?? .none
                    $0.errorMessage = error?.message
                }
                if response.responses.last?.topicID == place.topicID {
                    response.responses[response.responses.count - 1].partitions.append(answer)
                } else {
                    response.responses.append(
                        .init {
                            $0.topicID = place.topicID
                            $0.partitions = [answer]
                        })
                }
            }
        }
    }
}
