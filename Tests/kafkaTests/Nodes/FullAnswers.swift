// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// An answer to each request of the administrative tools that has something in all its lists: the topic `orders`, the
/// group `g`, the transactional id `t`.
enum FullAnswers {
    static func answer(_ key: APIKey) -> (any ResponseMessage)? {
        switch key {
        case .consumerGroupDescribe: consumerGroup
        case .shareGroupDescribe: shareGroup
        case .streamsGroupDescribe: streamsGroup
        case .offsetFetch: committed
        case .describeShareGroupOffsets: shareOffsets
        case .describeLogDirs: directories
        case .listTransactions:
            ListTransactionsResponse {
                $0.transactionStates = [.init { ($0.transactionalID, $0.transactionState) = ("t", "Ongoing") }]
            }
        case .describeTransactions: transaction
        case .describeProducers: producers
        case .describeDelegationToken: tokens
        case .describeTopicPartitions: partitions
        case .describeClientQuotas:
            DescribeClientQuotasResponse {
                $0.errorMessage = nil
                $0.entries = [
                    .init {
                        $0.entity = [.init { ($0.entityType, $0.entityName) = ("user", "u") }]
                        $0.values = [.init { ($0.key, $0.value) = ("producer_byte_rate", 1) }]
                    }
                ]
            }
        case .describeUserScramCredentials:
            DescribeUserScramCredentialsResponse {
                $0.errorMessage = nil
                $0.results = [
                    .init {
                        ($0.user, $0.errorMessage) = ("u", nil)
                        $0.credentialInfos = [.init { ($0.mechanism, $0.iterations) = (1, 4096) }]
                    }
                ]
            }
        case .deleteRecords:
            DeleteRecordsResponse {
                $0.topics = [
                    .init {
                        $0.name = "orders"
                        $0.partitions = [.init { $0.lowWatermark = 1 }]
                    }
                ]
            }
        case .electLeaders:
            ElectLeadersResponse {
                $0.replicaElectionResults = [
                    .init {
                        $0.topic = "orders"
                        $0.partitionResult = [.init { $0.errorMessage = nil }]
                    }
                ]
            }
        default: nil
        }
    }

    private static var consumerGroup: ConsumerGroupDescribeResponse {
        ConsumerGroupDescribeResponse {
            $0.groups = [
                .init {
                    ($0.groupID, $0.groupState, $0.assignorName) = ("g", "Empty", "uniform")
                    $0.members = [
                        .init {
                            ($0.memberID, $0.clientID, $0.clientHost) = ("m", "c", "/127.0.0.1")
                            $0.assignment.topicPartitions = [
                                .init { ($0.topicName, $0.partitions) = ("orders", [0]) }
                            ]
                            $0.targetAssignment = $0.assignment
                        }
                    ]
                }
            ]
        }
    }

    private static var shareGroup: ShareGroupDescribeResponse {
        ShareGroupDescribeResponse {
            $0.groups = [
                .init {
                    ($0.groupID, $0.groupState) = ("g", "Stable")
                    $0.members = [
                        .init {
                            ($0.memberID, $0.clientID, $0.clientHost) = ("m", "c", "/127.0.0.1")
                            $0.assignment.topicPartitions = [
                                .init { ($0.topicName, $0.partitions) = ("orders", [0]) }
                            ]
                        }
                    ]
                }
            ]
        }
    }

    private static var streamsGroup: StreamsGroupDescribeResponse {
        StreamsGroupDescribeResponse {
            $0.groups = [
                .init {
                    ($0.groupID, $0.groupState) = ("g", "Stable")
                    $0.topology = .init {
                        $0.subtopologies = [.init { ($0.subtopologyID, $0.sourceTopics) = ("0", ["orders"]) }]
                    }
                    $0.members = [
                        .init {
                            ($0.memberID, $0.clientID, $0.processID) = ("m", "c", "p")
                            $0.assignment.activeTasks = [.init { ($0.subtopologyID, $0.partitions) = ("0", [0]) }]
                        }
                    ]
                }
            ]
        }
    }

    private static var committed: OffsetFetchResponse {
        OffsetFetchResponse {
            $0.groups = [
                .init {
                    $0.groupID = "g"
                    $0.topics = [
                        .init {
                            $0.name = "orders"
                            $0.partitions = [.init { $0.committedOffset = 5 }]
                        }
                    ]
                }
            ]
        }
    }

    private static var shareOffsets: DescribeShareGroupOffsetsResponse {
        DescribeShareGroupOffsetsResponse {
            $0.groups = [
                .init {
                    $0.groupID = "g"
                    $0.topics = [
                        .init {
                            $0.topicName = "orders"
                            $0.partitions = [.init { $0.startOffset = 5 }]
                        }
                    ]
                }
            ]
        }
    }

    private static var directories: DescribeLogDirsResponse {
        DescribeLogDirsResponse {
            $0.results = [
                .init {
                    $0.logDir = "/data"
                    $0.topics = [
                        .init {
                            $0.name = "orders"
                            $0.partitions = [.init { $0.partitionSize = 7 }]
                        }
                    ]
                }
            ]
        }
    }

    private static var transaction: DescribeTransactionsResponse {
        DescribeTransactionsResponse {
            $0.transactionStates = [
                .init {
                    ($0.transactionalID, $0.transactionState) = ("t", "Ongoing")
                    $0.topics = [.init { ($0.topic, $0.partitions) = ("orders", [0]) }]
                }
            ]
        }
    }

    private static var producers: DescribeProducersResponse {
        DescribeProducersResponse {
            $0.topics = [
                .init {
                    $0.name = "orders"
                    $0.partitions = [
                        .init { $0.activeProducers = [.init { ($0.producerID, $0.currentTxnStartOffset) = (1, 0) }] }
                    ]
                }
            ]
        }
    }

    private static var tokens: DescribeDelegationTokenResponse {
        DescribeDelegationTokenResponse {
            $0.tokens = [
                .init {
                    ($0.principalType, $0.principalName, $0.tokenID) = ("User", "u", "id")
                    $0.hmac = ByteBuffer(bytes: [1, 2, 3])
                }
            ]
        }
    }

    private static var partitions: DescribeTopicPartitionsResponse {
        DescribeTopicPartitionsResponse {
            $0.topics = [
                .init {
                    $0.name = "orders"
                    $0.partitions = [
                        .init { ($0.leaderID, $0.replicaNodes, $0.isrNodes) = (1, [1], [1]) },
                        .init { ($0.partitionIndex, $0.leaderID, $0.replicaNodes, $0.isrNodes) = (1, 1, [1], [1]) },
                    ]
                }
            ]
        }
    }
}
