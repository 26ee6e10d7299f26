// swift-tools-version: 6.1
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// Somebody else's package: it depends on this one and starts a broker in its own tests.
let package = Package(
    name: "embedding",
    dependencies: [.package(name: "kafka", path: "../..")],
    targets: [
        .testTarget(
            name: "EmbeddingTests",
            dependencies: [
                .product(name: "KafkaBroker", package: "kafka"), .product(name: "KafkaClient", package: "kafka"),
            ])
    ]
)
