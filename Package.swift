// swift-tools-version: 6.2
import PackageDescription

// Arrows point down only: a target may depend on those declared above it here, never on one below.
// ARCHITECTURE.md says what each room is for.

/// The rules every target of ours is compiled under. Warnings are errors here and nowhere in a dependency.
let house: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
]

let package = Package(
  name: "assay",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "assay", targets: ["assay"]),
    .executable(name: "assay-server", targets: ["assay-server"]),
    .executable(name: "bench", targets: ["bench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: ["FullFoundation"]),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
  ],
  targets: [
    .target(name: "Statistics", swiftSettings: house),
    .target(name: "Surroundings", swiftSettings: house),
    .target(
      name: "ServiceSettings", dependencies: [.product(name: "Yams", package: "Yams")], swiftSettings: house),
    .systemLibrary(name: "CZlib"),
    .target(name: "Gzip", dependencies: ["CZlib"], swiftSettings: house),
    .target(name: "JSONScan", swiftSettings: house + [.enableExperimentalFeature("Lifetimes")]),
    .target(name: "Ledger", resources: [.embedInCode("Prices/Catalogue")], swiftSettings: house),
    .target(name: "Charts", dependencies: ["Ledger"], swiftSettings: house),
    .target(
      name: "Demand", dependencies: ["Charts", "Ledger", "Statistics"],
      resources: [.embedInCode("footprint.json")],
      swiftSettings: house),
    .target(name: "Inventory", swiftSettings: house),
    .target(
      name: "Effects", dependencies: [.product(name: "Crypto", package: "swift-crypto")], swiftSettings: house
    ),
    .target(name: "Journal", dependencies: ["Effects", "Ledger"], swiftSettings: house),
    .target(name: "Gate", dependencies: ["Effects"], swiftSettings: house),
    .target(
      name: "Sandbox", dependencies: [.product(name: "Subprocess", package: "swift-subprocess")],
      swiftSettings: house),
    .target(
      name: "Egress",
      dependencies: [
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: house),
    .target(name: "Schedules", dependencies: ["Ledger"], swiftSettings: house),
    .target(
      name: "AgentFolder",
      dependencies: [
        "Effects", "Ledger", "Schedules", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: house),
    .target(
      name: "Judgement", dependencies: ["Ledger", "Statistics"],
      resources: [.embedInCode("policy.json"), .embedInCode("prevalence.json")],
      swiftSettings: house),
    .target(
      name: "LedgerSQLite",
      dependencies: [
        "Inventory", "Ledger", "Surroundings", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: house),
    .target(
      name: "Readers", dependencies: ["Ledger", "JSONScan"],
      swiftSettings: house + [.enableExperimentalFeature("Lifetimes")]),
    .target(
      name: "Outcomes",
      dependencies: ["Ledger", .product(name: "Subprocess", package: "swift-subprocess")],
      swiftSettings: house),
    .target(
      name: "Events", dependencies: ["Ledger", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: house),
    .target(
      name: "Directory", dependencies: ["Ledger", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: house),
    .target(
      name: "Deployments",
      dependencies: [
        "Effects", "Ledger", .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: house),
    .target(name: "Visibility", dependencies: ["Directory", "Ledger"], swiftSettings: house),
    .target(
      name: "Boards", dependencies: ["Events", "Ledger", "Statistics", "Visibility"], swiftSettings: house),
    .target(
      name: "Digest", dependencies: ["Charts", "Directory", "Ledger", "Visibility"], swiftSettings: house),
    .target(
      name: "Targets", dependencies: ["Directory", "Ledger", "Statistics", "Visibility"], swiftSettings: house
    ),
    .target(
      name: "ControlSQLite",
      dependencies: [
        "Demand", "Directory", "Effects", "Events", "Inventory", "Journal", "Judgement", "Ledger",
        "Surroundings", "Targets", "Visibility", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: house),
    .target(
      name: "Provisioning",
      dependencies: [
        "ControlSQLite", "Directory", "Ledger", .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: house),
    .target(
      name: "Keeping",
      dependencies: [
        "ControlSQLite", "Directory", "Inventory", "Ledger", "LedgerSQLite", "Surroundings", "Visibility",
      ],
      swiftSettings: house),
    .target(
      name: "Telemetry",
      dependencies: [
        "JSONScan", "Ledger", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Messages/otlp.proto"],
      swiftSettings: house + [.enableExperimentalFeature("Lifetimes")]),
    .target(
      name: "SignIn",
      dependencies: [
        "ControlSQLite", "Directory", "Ledger", "ServiceSettings",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "JWTKit", package: "jwt-kit"), .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
      ],
      swiftSettings: house),
    .target(
      name: "ModelAPI", dependencies: ["Ledger", "JSONScan"],
      swiftSettings: house + [.enableExperimentalFeature("Lifetimes")]),
    .target(name: "Budgets", dependencies: ["Ledger", "Directory"], swiftSettings: house),
    .target(
      name: "Metering", dependencies: ["JSONScan", "Ledger"],
      swiftSettings: house + [.enableExperimentalFeature("Lifetimes")]),
    .target(name: "Attribution", dependencies: ["Ledger", "Outcomes"], swiftSettings: house),
    .target(
      name: "Arena",
      dependencies: ["Ledger", "Statistics", .product(name: "Subprocess", package: "swift-subprocess")],
      swiftSettings: house),
    .target(
      name: "Collection", dependencies: ["JSONScan", "Ledger", "LedgerSQLite", "Surroundings", "Readers"],
      swiftSettings: house + [.enableExperimentalFeature("Lifetimes")]),
    .target(
      name: "Derivation", dependencies: ["Attribution", "Judgement", "Ledger", "Outcomes"],
      swiftSettings: house),
    .target(
      name: "Account", dependencies: ["Attribution", "Charts", "Judgement", "Ledger", "Statistics"],
      swiftSettings: house),
    .target(name: "Waste", dependencies: ["Account", "Charts", "Ledger"], swiftSettings: house),
    .target(name: "ModelContext", dependencies: ["Account", "Charts"], swiftSettings: house),
    .target(
      name: "Reconciliation", dependencies: ["Charts", "JSONScan", "Ledger", "Readers"],
      swiftSettings: house),
    .target(
      name: "ProviderReports",
      dependencies: [
        "Ledger", "Reconciliation", "ServiceSettings",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
      ],
      swiftSettings: house),
    .target(
      name: "Shipping",
      dependencies: [
        "Gzip", "Ledger", "LedgerSQLite", .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
      ],
      swiftSettings: house),
    .target(
      name: "Observability",
      dependencies: [
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Instrumentation", package: "swift-distributed-tracing"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
      ],
      swiftSettings: house),
    .target(
      name: "Gateway",
      dependencies: [
        "Budgets", "ControlSQLite", "Directory", "Ledger", "Metering", "ModelAPI", "Observability",
        "ServiceSettings",
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Logging", package: "swift-log"), .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: house),
    .target(
      name: "Server",
      dependencies: [
        "Account", "Boards", "Charts", "ControlSQLite", "Demand", "Derivation", "Digest", "Directory",
        "Events", "Gzip", "Inventory", "Judgement",
        "Keeping", "Ledger", "LedgerSQLite", "ModelContext", "Observability", "Provisioning",
        "Reconciliation",
        "ServiceSettings", "SignIn", "Statistics", "Surroundings", "Targets", "Telemetry", "Visibility",
        "Waste",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      resources: [.embedInCode("API/openapi.yaml")], swiftSettings: house),
    .target(
      name: "DemoOrganisation",
      dependencies: [
        "Arena", "Attribution", "Collection", "ControlSQLite", "Derivation", "Directory", "Events", "Ledger",
        "LedgerSQLite", "Provisioning", "Server", "Shipping", "Surroundings", "Visibility",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: house),
    .executableTarget(
      name: "assay",
      dependencies: [
        "Account", "Arena", "Attribution", "Charts", "Collection", "Demand", "Derivation", "Judgement",
        "Ledger",
        "LedgerSQLite", "ModelContext", "Outcomes", "Surroundings", "Statistics", "Readers", "Waste",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: house),
    .executableTarget(
      name: "assay-server",
      dependencies: [
        "Account", "Budgets", "Charts", "Collection", "ControlSQLite", "DemoOrganisation", "Derivation",
        "Directory",
        "Gateway", "Inventory", "Keeping", "Outcomes", "Shipping", "Ledger", "LedgerSQLite", "Metering",
        "ModelAPI",
        "Observability", "ProviderReports", "Provisioning", "Reconciliation", "Server", "ServiceSettings",
        "Surroundings",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Logging", package: "swift-log"), .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: house),
    .executableTarget(
      name: "bench",
      dependencies: [
        "Arena", "Collection", "Ledger", "LedgerSQLite", "Readers", "Telemetry", "Visibility",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      path: "Benchmarks/Bench", swiftSettings: house),
    .testTarget(
      name: "BudgetsTests", dependencies: ["Budgets", "Directory", "Ledger", "TestCorpus"],
      swiftSettings: house),
    .testTarget(
      name: "GatewayTests",
      dependencies: [
        "assay-server", "Budgets", "Collection", "ControlSQLite", "Directory", "Gateway", "Ledger",
        "LedgerSQLite", "Metering", "ModelAPI", "ServiceSettings", "TestCorpus",
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: house),
    .testTarget(name: "EffectsTests", dependencies: ["Effects"], swiftSettings: house),
    .executableTarget(
      name: "gate-child", dependencies: ["Effects", "Gate"], path: "Tests/GateChild", swiftSettings: house),
    .testTarget(name: "GateTests", dependencies: ["Effects", "Gate"], swiftSettings: house),
    .testTarget(name: "SandboxTests", dependencies: ["Sandbox"], swiftSettings: house),
    .testTarget(
      name: "EgressTests",
      dependencies: [
        "Egress", "Sandbox", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: house),
    .testTarget(name: "ArenaTests", dependencies: ["Arena", "Ledger"], swiftSettings: house),
    .testTarget(
      name: "StatisticsTests", dependencies: ["Statistics"], resources: [.copy("Fixtures")],
      swiftSettings: house),
    .testTarget(name: "DemandTests", dependencies: ["Demand", "Ledger", "Statistics"], swiftSettings: house),
    .testTarget(name: "JSONScanTests", dependencies: ["JSONScan"], swiftSettings: house),
    .testTarget(name: "DirectoryTests", dependencies: ["Directory", "Ledger"], swiftSettings: house),
    .testTarget(
      name: "ControlSQLiteTests",
      dependencies: [
        "ControlSQLite", "Directory", "Ledger", "LedgerSQLite", "TestCorpus",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: house),
    .testTarget(name: "LedgerTests", dependencies: ["Ledger"], swiftSettings: house),
    .testTarget(name: "ChartsTests", dependencies: ["Charts", "Ledger", "TestCorpus"], swiftSettings: house),
    .testTarget(
      name: "AccountTests", dependencies: ["Account", "Charts", "Judgement", "Ledger"], swiftSettings: house),
    .testTarget(
      name: "ModelContextTests", dependencies: ["Account", "Charts", "ModelContext", "TestCorpus"],
      swiftSettings: house
    ),
    .testTarget(
      name: "OutcomesTests",
      dependencies: ["Ledger", "Outcomes", .product(name: "Subprocess", package: "swift-subprocess")],
      swiftSettings: house),
    .testTarget(
      name: "AttributionTests",
      dependencies: [
        "Attribution", "Ledger", "Outcomes", "Readers",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: house),
    .testTarget(
      name: "JudgementTests", dependencies: ["Judgement", "Ledger", "Statistics"], swiftSettings: house),
    .target(name: "TestCorpus", path: "Tests/TestCorpus", swiftSettings: house),
    .testTarget(
      name: "LedgerSQLiteTests",
      dependencies: ["Ledger", "LedgerSQLite", "TestCorpus", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: house),
    .executableTarget(
      name: "spool-child", dependencies: ["Ledger", "LedgerSQLite", "Metering"], path: "Tests/SpoolChild",
      swiftSettings: house),
    .testTarget(
      name: "MeteringTests",
      dependencies: ["Ledger", "LedgerSQLite", "Metering", "Readers", "TestCorpus", "spool-child"],
      swiftSettings: house),
    .testTarget(
      name: "CollectionTests",
      dependencies: ["assay", "Arena", "Collection", "Ledger", "LedgerSQLite", "Readers", "TestCorpus"],
      swiftSettings: house),
    .testTarget(
      name: "DerivationTests",
      dependencies: [
        "assay", "Attribution", "Collection", "Derivation", "Ledger", "LedgerSQLite", "Outcomes",
        "TestCorpus",
      ],
      swiftSettings: house),
    .testTarget(
      name: "ObservabilityTests",
      dependencies: [
        "Observability",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Instrumentation", package: "swift-distributed-tracing"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
      ],
      swiftSettings: house),
    .testTarget(
      name: "ReconciliationTests",
      dependencies: [
        "Derivation", "Ledger", "LedgerSQLite", "ProviderReports", "Reconciliation", "ServiceSettings",
        "TestCorpus",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: house),
    .testTarget(
      name: "KeepingTests",
      dependencies: [
        "assay-server", "Arena", "Collection", "ControlSQLite", "Derivation", "Directory", "Inventory",
        "Keeping",
        "Ledger", "LedgerSQLite", "Outcomes", "Provisioning", "Server", "Shipping", "SignIn", "Surroundings",
        "TestCorpus", "Visibility",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: house),
    .testTarget(name: "GzipTests", dependencies: ["Gzip"], swiftSettings: house),
    .testTarget(
      name: "ServerTests",
      dependencies: [
        "Arena", "Collection", "ControlSQLite", "Derivation", "Directory", "Events", "Gzip", "Ledger",
        "LedgerSQLite",
        "Keeping", "Outcomes", "Server", "ServiceSettings", "Shipping", "SignIn", "Surroundings",
        "Targets", "TestCorpus",
        "Visibility",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: house),
    .testTarget(
      name: "DemoOrganisationTests",
      dependencies: [
        "Arena", "ControlSQLite", "DemoOrganisation", "Directory", "Events", "Ledger", "LedgerSQLite",
        "Server",
        "Targets", "TestCorpus",
        "Visibility",
      ],
      swiftSettings: house),
    .testTarget(
      name: "DigestTests",
      dependencies: ["Charts", "Digest", "Directory", "Ledger", "TestCorpus", "Visibility"],
      swiftSettings: house),
    .testTarget(name: "WasteTests", dependencies: ["Ledger", "Waste"], swiftSettings: house),
    .testTarget(
      name: "TargetsTests",
      dependencies: ["Directory", "Ledger", "Statistics", "Targets", "TestCorpus", "Visibility"],
      swiftSettings: house),
    .testTarget(
      name: "VisibilityTests", dependencies: ["Directory", "Ledger", "TestCorpus", "Visibility"],
      swiftSettings: house),
    .testTarget(
      name: "TelemetryTests",
      dependencies: [
        "Ledger", "LedgerSQLite", "Readers", "Telemetry", "TestCorpus",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Recording"], resources: [.copy("Fixtures")], swiftSettings: house),
    .testTarget(
      name: "BoardsTests",
      dependencies: ["Boards", "Events", "Ledger", "Statistics", "TestCorpus", "Visibility"],
      swiftSettings: house),
    .testTarget(
      name: "EventsTests",
      dependencies: [
        "Events", "Ledger", "LedgerSQLite", "TestCorpus", .product(name: "Crypto", package: "swift-crypto"),
      ],
      resources: [.copy("Fixtures")], swiftSettings: house),
    .testTarget(
      name: "ProvisioningTests",
      dependencies: ["ControlSQLite", "Directory", "Ledger", "Provisioning", "TestCorpus"],
      swiftSettings: house),
    .testTarget(name: "ReadersTests", dependencies: ["Ledger", "Readers"], swiftSettings: house),
    .testTarget(
      name: "AcceptanceTests",
      dependencies: [
        "assay", "assay-server", "Arena", "ControlSQLite", "Directory", "Ledger", "LedgerSQLite",
        "TestCorpus",
      ],
      swiftSettings: house),
  ]
)
