// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Synchronization

/// Says which APIs and features the broker has (KIP-35, KIP-511, KIP-584).
struct ApiVersionsHandler: RequestHandler {
    /// The APIs other than this one.
    let apis: [(key: APIKey, versions: ClosedRange<Int16>)]
    let store: MetadataStore

    /// Older librdkafka compresses only for a broker that lists Produce from version 0, so Kafka 4 does, and refuses
    /// versions below 3 all the same.
    private static let advertisedMinimum: [APIKey: Int16] = [.produce: 0]

    /// `[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?` (KIP-511)
    private static func isName(_ text: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }

    func handle(_ request: ApiVersionsRequest, _ context: RequestContext, _ reply: Reply<ApiVersionsResponse>) {
        guard
            context.apiVersion < 3
                || Self.isName(request.clientSoftwareName) && Self.isName(request.clientSoftwareVersion)
        else { return reply(ApiVersionsResponse { $0.errorCode = .invalidRequest }) }
        context.connection.clientSoftware.withLock {
            $0 = (request.clientSoftwareName, request.clientSoftwareVersion)
        }
        let image = store.image
        reply(
            ApiVersionsResponse { response in
                response.apiKeys = (apis + [(.apiVersions, Self.versions)]).sorted { $0.key.rawValue < $1.key.rawValue }
                    .map { api in
                        .init {
                            $0.apiKey = api.key.rawValue
                            $0.minVersion = Self.advertisedMinimum[api.key] ?? api.versions.lowerBound
                            $0.maxVersion = api.versions.upperBound
                        }
                    }
                for feature in SupportedFeatures.inDirectory(with: image.features) {
                    // Clients before version 4 take a minimum of 0 for a broken answer.
                    if feature.minimum > 0 || context.apiVersion >= 4 {
                        response.supportedFeatures.append(
                            .init {
                                $0.name = feature.name
                                $0.minVersion = feature.minimum
                                $0.maxVersion = feature.maximum
                            })
                    }
                    let level =
                        feature.name == Features.kraftVersion ? store.kraftVersion : image.features[feature.name]
                    if let level, level > 0 {
                        response.finalizedFeatures.append(
                            .init {
                                $0.name = feature.name
                                $0.maxVersionLevel = level
                                $0.minVersionLevel = level
                            })
                    }
                }
                response.finalizedFeaturesEpoch = max(image.offset, 0)
            })
    }
}

extension ApiVersionsResponse {
    /// The answer to a version that does not exist: what versions do (KIP-511).
    static func unsupportedVersion(_ endpoint: Endpoint) -> ApiVersionsResponse {
        ApiVersionsResponse { response in
            response.errorCode = .unsupportedVersion
            response.apiKeys = [
                .init {
                    $0.apiKey = endpoint.apiKey.rawValue
                    $0.minVersion = endpoint.versions.lowerBound
                    $0.maxVersion = endpoint.versions.upperBound
                }
            ]
        }
    }
}
