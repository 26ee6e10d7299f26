// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol
import KafkaText

/// The metadata as Apache Kafka's shell lays it out.
enum MetadataTree {
    static func root(_ image: MetadataImage) -> MetadataNode {
        .directory { [("image", self.image(image)), ("local", .directory { [("version", .file(Version.current))] })] }
    }

    private static func image(_ image: MetadataImage) -> MetadataNode {
        .directory {
            [
                ("provenance", .file(provenance(image))), ("features", features(image)), ("cluster", cluster(image)),
                ("topics", topics(image)), ("configs", configs(image)), ("clientQuotas", quotas(image)),
                ("producerIds", .directory { [("nextProducerId", .file(String(image.nextProducerID)))] }),
                ("acls", acls(image)), ("scram", scram(image)), ("delegationToken", tokens(image)),
            ]
        }
    }

    private static func provenance(_ image: MetadataImage) -> String {
        let seconds = DateFormat("yyyy-MM-dd'T'HH:mm:ss", .utc)!.text(image.timestamp)
        var fraction = String(String(1000 + ((image.timestamp % 1000) + 1000) % 1000).dropFirst())
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let time = fraction.isEmpty ? seconds : "\(seconds).\(fraction)"
        return "offset \(image.offset), epoch \(image.epoch), time \(time)Z[UTC]"
    }

    private static func features(_ image: MetadataImage) -> MetadataNode {
        .directory {
            let level = image.metadataVersion
            let name = Features.metadataVersionName(level) ?? String(level)
            return [("metadataVersion", .file(name))]
                + image.features.filter { $0.key != Features.metadataVersion && $0.key != Features.kraftVersion }
                .map { feature in ("finalized_\(feature.key)", .file(String(feature.value))) }
        }
    }

    private static func cluster(_ image: MetadataImage) -> MetadataNode {
        .directory {
            [
                (
                    "brokers",
                    .directory {
                        image.brokers.map { broker in
                            (String(broker.key), .file(MetadataText.broker(broker.value.registration)))
                        }
                    }
                ),
                (
                    "controllers",
                    .directory {
                        image.controllers.map { controller in
                            (String(controller.key), .file(MetadataText.controller(controller.value)))
                        }
                    }
                ),
            ]
        }
    }

    private static func topics(_ image: MetadataImage) -> MetadataNode {
        .directory {
            [
                ("byName", .directory { image.sortedTopics.map { ($0.name, topic($0)) } }),
                ("byId", .directory { image.sortedTopics.map { ($0.id.description, topic($0)) } }),
            ]
        }
    }

    private static func topic(_ topic: TopicImage) -> MetadataNode {
        .directory {
            [("name", .file(topic.name)), ("id", .file(topic.id.description))]
                + topic.partitions.enumerated().map { index, partition in
                    (String(index), .file(MetadataText.partition(partition)))
                }
        }
    }

    private static func configs(_ image: MetadataImage) -> MetadataNode {
        .directory {
            image.configurations.map { entry in
                let resource = entry.key
                let kind = MetadataText.resourceKind(resource.kind.rawValue)
                let values = entry.value
                return (
                    resource.name.isEmpty ? kind : "\(kind):\(resource.name)",
                    .directory { values.map { value in (value.key, .file(value.value)) } }
                )
            }
        }
    }

    private static func quotas(_ image: MetadataImage) -> MetadataNode {
        .directory {
            image.quotas.map { entry in
                let name = entry.key.parts.map { part in
                    let escaped = (part.name ?? "").replacing("\\", with: "\\\\").replacing("(", with: "\\(")
                        .replacing(")", with: "\\)")
                    return "\(part.type == "client-id" ? "clientId" : part.type)(\(escaped))"
                }.joined(separator: "_")
                let values = entry.value
                return (
                    name,
                    .directory { values.map { value in (value.key, .file(JavaText.double(value.value))) } }
                )
            }
        }
    }

    private static func acls(_ image: MetadataImage) -> MetadataNode {
        .directory {
            [
                (
                    "byId",
                    .directory {
                        image.acls.map { entry in
                            let record = entry.value
                            return (entry.key.description, .file(MetadataText.acl(record)))
                        }
                    }
                )
            ]
        }
    }

    private static func scram(_ image: MetadataImage) -> MetadataNode {
        @Sendable func users(_ mechanism: Int8) -> MetadataNode {
            .directory {
                image.scramCredentials.filter { $0.key.mechanism == mechanism }.map { entry in
                    let record = entry.value
                    return (entry.key.name, .file(MetadataText.credential(record)))
                }
            }
        }
        return .directory { [("SCRAM-SHA-256", users(1)), ("SCRAM-SHA-512", users(2))] }
    }

    private static func tokens(_ image: MetadataImage) -> MetadataNode {
        .directory {
            image.delegationTokens.map { entry in
                let record = entry.value
                return (entry.key, .file(MetadataText.token(record)))
            }
        }
    }
}
