// swift-tools-version: 6.1
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let settings: [SwiftSetting] = [
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
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "kafka", targets: ["kafka"]),
        .library(name: "KafkaProtocol", targets: ["KafkaProtocol"]),
        .library(name: "KafkaLog", targets: ["KafkaLog"]),
        .library(name: "KafkaClient", targets: ["KafkaClient"]),
        .library(name: "KafkaBroker", targets: ["KafkaBroker"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .target(name: "CClock", path: "Sources/CLibraries/Clock"),
        .target(name: "CRC32C", path: "Sources/CLibraries/CRC32C"),
        library("Zlib", "zlib", "zlib1g-dev"),
        library("Zstd", "libzstd", "libzstd-dev"),
        library("LZ4", "liblz4", "liblz4-dev"),
        library("Snappy", "snappy", "libsnappy-dev"),
        library("Edit", "libedit", "libedit-dev"),

        .target(
            name: "KafkaProtocol",
            dependencies: ["CRC32C", "CZlib", "CZstd", "CLZ4", "CSnappy", nio[0]],
            swiftSettings: settings),
        .target(name: "KafkaLog", dependencies: ["KafkaProtocol", nio[0], system], swiftSettings: settings),
        .target(
            name: "KafkaClient", dependencies: ["CClock", "KafkaProtocol", logging] + nio, swiftSettings: settings),
        .target(
            name: "KafkaBroker",
            dependencies: ["CClock", "KafkaProtocol", "KafkaLog", logging, system, collections] + nio,
            swiftSettings: settings),
        .executableTarget(
            name: "kafka",
            dependencies: [
                "CClock", "CEdit", "KafkaClient", "KafkaBroker", "KafkaLog", "KafkaProtocol", logging, system,
            ] + nio,
            swiftSettings: settings),

        .testTarget(name: "KafkaProtocolTests", dependencies: ["KafkaProtocol", nio[0]], swiftSettings: settings),
        .testTarget(
            name: "KafkaLogTests", dependencies: ["KafkaLog", "KafkaProtocol", nio[0], system], swiftSettings: settings),
        .testTarget(
            name: "KafkaClientTests", dependencies: ["KafkaClient", "KafkaBroker", "KafkaProtocol"] + nio,
            swiftSettings: settings),
        .testTarget(
            name: "KafkaBrokerTests",
            dependencies: ["KafkaBroker", "KafkaLog", "KafkaProtocol", collections, logging] + nio,
            swiftSettings: settings),
        .testTarget(name: "kafkaTests", dependencies: ["kafka"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
