// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// Continuous integration sets KAFKA_STRICT; a compiler to come may warn of more.
let strict: [SwiftSetting] = Context.environment["KAFKA_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

let settings: [SwiftSetting] =
    strict + [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]

/// A C library that Debian packages; statically linked into the executable by the Makefile.
func library(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
    .systemLibrary(
        name: "C" + name, path: "Sources/CLibraries/" + name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

let nio = [
    Target.Dependency.product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let collections = Target.Dependency.product(name: "HashTreeCollections", package: "swift-collections")

let package = Package(
    name: "kafka",
    products: [
        .executable(name: "kafka", targets: ["kafka"]),
        .library(name: "KafkaProtocol", targets: ["KafkaProtocol"]),
        .library(name: "KafkaLog", targets: ["KafkaLog"]),
        .library(name: "KafkaClient", targets: ["KafkaClient"]),
        .library(name: "KafkaBroker", targets: ["KafkaBroker"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .target(name: "Libc", swiftSettings: settings),
        .target(name: "CClock", path: "Sources/CLibraries/Clock"),
        .target(name: "CProcess", path: "Sources/CLibraries/Process"),
        .target(name: "CRC32C", path: "Sources/CLibraries/CRC32C"),
        library("Zlib", "zlib", "zlib1g-dev"),
        library("Zstd", "libzstd", "libzstd-dev"),
        library("LZ4", "liblz4", "liblz4-dev"),
        library("Snappy", "snappy", "libsnappy-dev"),
        library("Edit", "libedit", "libedit-dev"),

        .target(
            name: "KafkaProtocol",
            dependencies: ["CClock", "CRC32C", "Libc", "CZlib", "CZstd", "CLZ4", "CSnappy", nio[0]],
            swiftSettings: settings),
        .target(name: "KafkaText", dependencies: ["KafkaProtocol", "Libc", nio[0]], swiftSettings: settings),
        .target(name: "KafkaLog", dependencies: ["KafkaProtocol", "Libc", nio[0], system], swiftSettings: settings),
        .target(
            name: "KafkaSecurity",
            dependencies: [
                "KafkaProtocol", "KafkaText", "Libc", nio[0], nio[1],
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings),
        .target(
            name: "KafkaClient", dependencies: ["KafkaProtocol", "KafkaSecurity", "Libc", logging] + nio,
            swiftSettings: settings),
        .target(
            name: "KafkaBroker",
            dependencies: [
                "KafkaProtocol", "KafkaLog", "KafkaSecurity", "KafkaText", "Libc", logging, system, collections,
            ] + nio,
            swiftSettings: settings),
        .target(name: "KafkaQuery", dependencies: ["KafkaProtocol", "KafkaText"], swiftSettings: settings),
        .target(
            name: "KafkaHTTP",
            dependencies: [
                "KafkaBroker", "KafkaLog", "KafkaProtocol", "KafkaText", "Libc", logging,
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio,
            swiftSettings: settings),
        .target(
            name: "KafkaWeb",
            dependencies: [
                "KafkaBroker", "KafkaClient", "KafkaHTTP", "KafkaProtocol", "KafkaQuery", "KafkaText", nio[0],
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "kafka",
            dependencies: [
                "CClock", "CEdit", "CProcess", "KafkaClient", "KafkaBroker", "KafkaHTTP", "KafkaLog", "KafkaProtocol",
                "KafkaQuery", "KafkaSecurity", "KafkaText", "KafkaWeb", "Libc", logging, system,
            ] + nio,
            swiftSettings: settings),

        .target(
            name: "TestSupport", dependencies: ["KafkaProtocol", "KafkaText", nio[0]], path: "Tests/Support",
            swiftSettings: settings),
        .testTarget(
            name: "KafkaTextTests", dependencies: ["KafkaProtocol", "KafkaText", "TestSupport", nio[0]],
            swiftSettings: settings),
        .testTarget(
            name: "KafkaQueryTests", dependencies: ["KafkaProtocol", "KafkaQuery", "KafkaText", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "KafkaProtocolTests", dependencies: ["KafkaProtocol", "Libc", nio[0]], swiftSettings: settings),
        .testTarget(
            name: "KafkaSecurityTests",
            dependencies: [
                "KafkaProtocol", "KafkaSecurity", "KafkaText", "Libc", "TestSupport", nio[0],
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "KafkaLogTests", dependencies: ["KafkaLog", "KafkaProtocol", "Libc", nio[0], system],
            swiftSettings: settings),
        .testTarget(
            name: "KafkaClientTests",
            dependencies: ["KafkaClient", "KafkaBroker", "KafkaProtocol", "KafkaSecurity", "Libc"] + nio,
            swiftSettings: settings),
        .testTarget(
            name: "KafkaBrokerTests",
            dependencies: [
                "KafkaBroker", "KafkaLog", "KafkaProtocol", "KafkaSecurity", "KafkaText", "Libc", collections, logging,
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ] + nio,
            swiftSettings: settings),
        // As somebody else's package would: without what is this package's own.
        .testTarget(
            name: "EmbeddingTests", dependencies: ["KafkaBroker", "KafkaClient"],
            path: "Tests/Embedding/Tests/EmbeddingTests", packageAccess: false, swiftSettings: settings),
        .testTarget(
            name: "KafkaHTTPTests",
            dependencies: [
                "KafkaBroker", "KafkaHTTP", "KafkaProtocol", "KafkaSecurity", "KafkaText", "Libc", logging,
                .product(name: "NIOEmbedded", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio,
            swiftSettings: settings),
        .testTarget(
            name: "KafkaWebTests",
            dependencies: [
                "KafkaBroker", "KafkaClient", "KafkaHTTP", "KafkaProtocol", "KafkaText", "KafkaWeb", "TestSupport",
                nio[0],
            ],
            swiftSettings: settings),
        .testTarget(
            name: "kafkaTests", dependencies: ["kafka", "KafkaSecurity", "KafkaText", "Libc", "TestSupport"],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
