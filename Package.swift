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

/// Products that several targets use.
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

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
    .target(name: "Statistics"),
    .target(name: "Surroundings"),
    .target(name: "ServiceSettings", dependencies: [yams]),
    .systemLibrary(name: "CZlib"),
    .target(name: "Gzip", dependencies: ["CZlib"]),
    .target(name: "JSONScan", swiftSettings: [.enableExperimentalFeature("Lifetimes")]),
    .target(name: "Ledger", resources: [.embedInCode("Prices/Catalogue")]),
    .target(name: "Charts", dependencies: ["Ledger"]),
    .target(
      name: "Demand", dependencies: ["Charts", "Ledger", "Statistics"],
      resources: [.embedInCode("footprint.json")]),
    .target(name: "Inventory"),
    .target(
      name: "Effects", dependencies: ["JSONScan", crypto],
      swiftSettings: [.enableExperimentalFeature("Lifetimes")]),
    .target(name: "Gate", dependencies: ["Effects"]),
    .target(name: "Journal", dependencies: ["Effects", "Gate", "Ledger"]),
    .target(name: "Sandbox", dependencies: [subprocess]),
    .target(name: "Egress", dependencies: [nioCore, nioHTTP1, nioPosix, nioSSL]),
    .target(name: "MIME", dependencies: ["Effects"]),
    .target(name: "Submission", dependencies: ["ServiceSettings", nioCore, nioPosix, nioSSL]),
    .target(
      name: "IMAP", dependencies: [nioCore, nioPosix, nioSSL],
      swiftSettings: [.enableExperimentalFeature("Lifetimes")]),
    .target(name: "MailSite", dependencies: ["IMAP", nioCore, nioPosix, subprocess]),
    .target(name: "Schedules", dependencies: ["Ledger"]),
    .target(name: "Triage", dependencies: ["Effects", "Gate", "Ledger"]),
    .target(
      name: "AgentFolder", dependencies: ["Effects", "Gate", "Ledger", "Schedules", "Triage", crypto, yams],
      resources: [
        .embedInCode("Examples/release-captain.md"), .embedInCode("Examples/release-notes.md"),
        .embedInCode("Examples/inbox-triage.md"), .embedInCode("Examples/inbox-triage.yaml"),
        .embedInCode("Examples/standup-scribe.md"),
      ]),
    .target(name: "Hands", dependencies: ["Effects", "Egress", "Sandbox", crypto, subprocess]),
    .target(
      name: "ToolServers",
      dependencies: [
        "Effects", "Egress", "Sandbox", "ServiceSettings", crypto, httpClient, nioCore, nioHTTP1, nioPosix,
      ]),
    .target(
      name: "Judgement", dependencies: ["Ledger", "Schedules", "Statistics"],
      resources: [.embedInCode("policy.json"), .embedInCode("prevalence.json")]),
    .target(name: "LedgerSQLite", dependencies: ["Inventory", "Ledger", "Surroundings", grdb, grdbSQLite]),
    .target(
      name: "Readers", dependencies: ["Ledger", "JSONScan"],
      swiftSettings: [.enableExperimentalFeature("Lifetimes")]),
    .target(name: "Outcomes", dependencies: ["JSONScan", "Ledger", subprocess]),
    .target(name: "Events", dependencies: ["JSONScan", "Ledger", crypto]),
    .target(name: "Directory", dependencies: ["Ledger", crypto]),
    .target(
      name: "Deployments",
      dependencies: ["Effects", "Ledger", "ServiceSettings", subprocess, httpClient, nioCore, nioHTTP1]),
    .target(name: "Memory", dependencies: ["Effects", "Gate", "Journal", "Ledger"]),
    .target(name: "Visibility", dependencies: ["Directory", "Ledger"]),
    .target(name: "Boards", dependencies: ["Events", "Ledger", "Statistics", "Visibility"]),
    .target(name: "Digest", dependencies: ["Charts", "Directory", "Ledger", "Visibility"]),
    .target(name: "Targets", dependencies: ["Directory", "Ledger", "Statistics", "Visibility"]),
    .target(name: "Slack", dependencies: ["Effects", "Ledger", "ServiceSettings", crypto]),
    .target(
      name: "ControlSQLite",
      dependencies: [
        "Demand", "Directory", "Effects", "Events", "Gate", "Inventory", "Journal", "Judgement", "Ledger",
        "Memory", "Slack", "Surroundings",
        "Targets", "Visibility", grdb, grdbSQLite,
      ]),
    .target(
      name: "Provisioning", dependencies: ["ControlSQLite", "Directory", "JSONScan", "Ledger", crypto]),
    .target(
      name: "Keeping",
      dependencies: [
        "ControlSQLite", "Directory", "Inventory", "Ledger", "LedgerSQLite", "Surroundings", "Visibility",
      ]),
    .target(
      name: "Telemetry", dependencies: ["JSONScan", "Ledger", protobuf], exclude: ["Messages/otlp.proto"],
      swiftSettings: [.enableExperimentalFeature("Lifetimes")]),
    .target(
      name: "SignIn",
      dependencies: [
        "ControlSQLite", "Directory", "Ledger", "ServiceSettings", crypto, httpClient,
        .product(name: "JWTKit", package: "jwt-kit"), logging, nioCore, nioHTTP1,
      ]),
    .target(
      name: "ModelAPI", dependencies: ["Ledger", "JSONScan"],
      swiftSettings: [.enableExperimentalFeature("Lifetimes")]),
    .target(
      name: "ModelClient",
      dependencies: [
        "Effects", "Ledger", "ModelAPI", "ServiceSettings", httpClient, nioCore, nioPosix, nioHTTP1,
      ]),
    .target(name: "ScriptedModel", dependencies: ["Effects", "Ledger", nioCore, nioPosix, nioHTTP1, yams]),
    .target(
      name: "SlackClient",
      dependencies: [
        "Effects", "Ledger", "ServiceSettings", "Slack", httpClient, logging, nioCore, nioHTTP1, nioPosix,
        nioSSL, nioWebSocket, lifecycle,
      ]),
    .target(
      name: "ScriptedSlack",
      dependencies: [
        "Effects", "Ledger", "ServiceSettings", "Slack", nioCore, nioHTTP1, nioPosix, nioWebSocket,
      ]),
    .target(name: "Budgets", dependencies: ["Ledger", "Directory"]),
    .target(
      name: "Metering", dependencies: ["JSONScan", "Ledger"],
      swiftSettings: [.enableExperimentalFeature("Lifetimes")]),
    .target(name: "Attribution", dependencies: ["Ledger", "Outcomes"]),
    .target(name: "Arena", dependencies: ["Ledger", "Statistics", subprocess]),
    .target(
      name: "Collection", dependencies: ["JSONScan", "Ledger", "LedgerSQLite", "Surroundings", "Readers"],
      swiftSettings: [.enableExperimentalFeature("Lifetimes")]),
    .target(name: "Derivation", dependencies: ["Attribution", "Judgement", "Ledger", "Outcomes"]),
    .target(name: "Account", dependencies: ["Attribution", "Charts", "Judgement", "Ledger", "Statistics"]),
    .target(name: "Waste", dependencies: ["Account", "Charts", "Ledger"]),
    .target(name: "ModelContext", dependencies: ["Account", "Charts", "JSONScan"]),
    .target(name: "Reconciliation", dependencies: ["Charts", "JSONScan", "Ledger", "Readers"]),
    .target(
      name: "ProviderReports",
      dependencies: [
        "JSONScan", "Ledger", "Reconciliation", "ServiceSettings", httpClient, nioCore, nioHTTP1,
      ]),
    .target(
      name: "Shipping",
      dependencies: ["Gzip", "JSONScan", "Ledger", "LedgerSQLite", httpClient, nioCore, nioHTTP1]),
    .target(
      name: "Observability",
      dependencies: [
        httpClient, .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Instrumentation", package: "swift-distributed-tracing"), logging, metrics, nioCore,
        nioHTTP1, lifecycle, tracing,
      ]),
    .target(
      name: "Gateway",
      dependencies: [
        "Budgets", "ControlSQLite", "Directory", "Ledger", "Metering", "ModelAPI", "Observability",
        "ServiceSettings", nioCore, nioPosix, nioHTTP1, .product(name: "NIOTLS", package: "swift-nio"),
        nioSSL, logging, metrics, tracing, lifecycle,
      ]),
    .target(
      name: "Mail",
      dependencies: ["Effects", "Egress", "IMAP", "Ledger", "MIME", "Submission", "Triage"]),
    .target(
      name: "Agents",
      dependencies: [
        "AgentFolder", "Deployments", "Effects", "Egress", "Gate", "Hands", "Journal", "Ledger",
        "IMAP", "MIME", "Mail", "Memory", "ModelClient", "Sandbox", "Schedules", "ServiceSettings",
        "Slack", "SlackClient", "Submission", "ToolServers", "Triage", httpClient, logging, lifecycle,
      ]),
    .target(
      name: "Server",
      dependencies: [
        "Agents", "Effects", "Gate", "Journal", "ModelClient", "Account", "Boards", "Charts", "ControlSQLite",
        "Demand", "Derivation", "Digest", "Directory", "Events", "Gzip", "Inventory", "JSONScan", "Judgement",
        "Keeping", "Ledger",
        "LedgerSQLite", "Memory", "ModelContext", "Observability", "Provisioning", "Reconciliation",
        "Schedules",
        "ServiceSettings",
        "SignIn", "Slack", "SlackClient", "Statistics", "Surroundings", "Targets", "Telemetry", "Visibility",
        "Waste", crypto, httpClient,
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"), logging, nioCore, nioSSL, lifecycle,
      ],
      resources: [.embedInCode("API/openapi.yaml")]),
    .target(
      name: "DemoOrganisation",
      dependencies: [
        "Arena", "Attribution", "Collection", "ControlSQLite", "Deployments", "Derivation", "Directory",
        "Effects", "Events", "Ledger", "IMAP", "LedgerSQLite", "MailSite", "Provisioning", "Server",
        "Shipping", "Surroundings",
        "Visibility", lifecycle, logging,
      ]),
    .executableTarget(
      name: "assay",
      dependencies: [
        "Account", "Arena", "Attribution", "Charts", "Collection", "Demand", "Derivation", "Judgement",
        "Ledger", "LedgerSQLite", "ModelContext", "Outcomes", "Readers", "Schedules", "Statistics",
        "Surroundings", "Waste", argumentParser,
      ]),
    .executableTarget(
      name: "assay-server",
      dependencies: [
        "AgentFolder", "Agents", "Deployments", "Effects", "Gate", "Journal", "ModelClient", "ScriptedModel",
        "ScriptedSlack", "Slack", "SlackClient", "MailSite", "Memory",
        "Account", "Budgets", "Charts", "Collection", "ControlSQLite", "DemoOrganisation", "Derivation",
        "Directory", "Gateway", "Inventory", "Keeping", "Outcomes", "Shipping", "Ledger", "LedgerSQLite",
        "Metering", "ModelAPI", "Observability", "ProviderReports", "Provisioning", "Reconciliation",
        "Server", "ServiceSettings", "Surroundings", "ToolServers", argumentParser, httpClient, logging,
        metrics, lifecycle,
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]),
    .executableTarget(
      name: "bench",
      dependencies: [
        "Arena", "Collection", "Judgement", "Ledger", "LedgerSQLite", "Readers", "Telemetry", "Visibility",
        argumentParser, protobuf,
      ],
      path: "Benchmarks/Bench"),
    .testTarget(name: "BudgetsTests", dependencies: ["Budgets", "Directory", "Ledger", "TestCorpus"]),
    .testTarget(
      name: "GatewayTests",
      dependencies: [
        "assay-server", "Budgets", "Collection", "ControlSQLite", "Directory", "Gateway", "Ledger",
        "LedgerSQLite", "Metering", "ModelAPI", "ServiceSettings", "TestCorpus", nioCore, nioPosix, nioHTTP1,
        nioSSL, httpClient, logging, lifecycle,
      ]),
    .testTarget(
      name: "DeploymentsTests",
      dependencies: [
        "Deployments", "Effects", "Events", "Ledger", "ServiceSettings", "TestCorpus", httpClient, nioCore,
        nioHTTP1,
        subprocess,
      ],
      exclude: ["Forge"]),
    .testTarget(
      name: "ModelClientTests",
      dependencies: [
        "Effects", "Ledger", "ModelClient", "ScriptedModel", "ServiceSettings", "Statistics", httpClient,
      ],
      exclude: ["Fixtures"]),
    .testTarget(name: "ScriptedModelTests", dependencies: ["Effects", "Ledger", "ScriptedModel"]),
    .testTarget(name: "ModelAPITests", dependencies: ["Ledger", "ModelAPI"], exclude: ["Fixtures"]),
    .testTarget(name: "EffectsTests", dependencies: ["Effects", "Statistics"]),
    .testTarget(
      name: "SchedulesTests", dependencies: ["Judgement", "Ledger", "Schedules", "Statistics"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "AgentFolderTests",
      dependencies: ["AgentFolder", "Effects", "Gate", "Ledger", "Schedules", "Statistics"]),
    .executableTarget(
      name: "journal-child", dependencies: ["ControlSQLite", "Effects", "Gate", "Journal", "Ledger"],
      path: "Tests/JournalChild"),
    .testTarget(
      name: "JournalTests",
      dependencies: [
        "ControlSQLite", "Directory", "Effects", "Gate", "Inventory", "Journal", "Ledger", "TestCorpus",
        "journal-child", grdb,
      ]),
    .executableTarget(name: "gate-child", dependencies: ["Effects", "Gate"], path: "Tests/GateChild"),
    .testTarget(name: "GateTests", dependencies: ["Effects", "Gate"]),
    .testTarget(name: "SlackTests", dependencies: ["Effects", "Ledger", "ServiceSettings", "Slack"]),
    .executableTarget(
      name: "slack-child",
      dependencies: [
        "ControlSQLite", "Effects", "Ledger", "ScriptedSlack", "ServiceSettings", "Slack", "SlackClient",
        logging, nioCore, nioHTTP1, nioPosix,
      ],
      path: "Tests/SlackChild"),
    .testTarget(
      name: "SlackClientTests",
      dependencies: [
        "ControlSQLite", "Effects", "Ledger", "ScriptedSlack", "ServiceSettings", "Slack", "SlackClient",
        "TestCorpus", "slack-child", grdb, httpClient, logging, nioCore, nioHTTP1, nioPosix, lifecycle,
      ]),
    .testTarget(name: "SandboxTests", dependencies: ["Sandbox"]),
    .testTarget(
      name: "EgressTests", dependencies: ["Egress", "Sandbox", nioCore, nioHTTP1, nioPosix, nioSSL]),
    .testTarget(
      name: "SubmissionTests", dependencies: ["ServiceSettings", "Submission", nioCore, nioPosix],
      exclude: ["Peer"]),
    .testTarget(
      name: "IMAPTests",
      dependencies: ["IMAP", "MailSite", "TestCorpus", nioCore, nioPosix, nioSSL, subprocess],
      exclude: ["Recording"], resources: [.copy("Recorded")]),
    .testTarget(
      name: "ToolServersTests",
      dependencies: [
        "Charts", "Effects", "Egress", "ModelContext", "ServiceSettings", "Statistics", "ToolServers", crypto,
        httpClient, nioCore, nioHTTP1, nioPosix,
      ]),
    .testTarget(
      name: "CaptainTests",
      dependencies: [
        "assay-server", "AgentFolder", "Agents", "ControlSQLite", "Deployments", "Effects", "Gate", "Journal",
        "Ledger", "ModelClient", "ScriptedModel", "ServiceSettings", "TestCorpus", httpClient, lifecycle,
        logging,
      ]),
    .testTarget(
      name: "AgentsTests",
      dependencies: [
        "AgentFolder", "Agents", "ControlSQLite", "Deployments", "Effects", "Gate", "Journal", "Ledger",
        "ModelClient", "Schedules", "ScriptedModel", "ScriptedSlack", "ServiceSettings", "Slack",
        "SlackClient", "Memory", "TestCorpus", "ToolServers", httpClient, logging,
      ]),
    .testTarget(
      name: "MemoryTests", dependencies: ["ControlSQLite", "Effects", "Gate", "Journal", "Ledger", "Memory"]),
    .testTarget(name: "MIMETests", dependencies: ["MIME"], exclude: ["Peer"]),
    .testTarget(
      name: "MailTests",
      dependencies: [
        "Agents", "ControlSQLite", "Effects", "Gate", "IMAP", "Journal", "Ledger", "MIME", "Mail", "MailSite",
        "ModelClient", "ScriptedModel", "Submission", "TestCorpus", "Triage", httpClient, logging,
      ]),
    .testTarget(name: "TriageTests", dependencies: ["Effects", "Ledger", "Triage"]),
    .testTarget(name: "HandsTests", dependencies: ["Effects", "Egress", "Hands", "Sandbox", subprocess]),
    .testTarget(name: "ArenaTests", dependencies: ["Arena", "Ledger"]),
    .testTarget(name: "StatisticsTests", dependencies: ["Statistics"], resources: [.copy("Fixtures")]),
    .testTarget(name: "DemandTests", dependencies: ["Demand", "Ledger", "Statistics"]),
    .testTarget(name: "JSONScanTests", dependencies: ["JSONScan"]),
    .testTarget(name: "DirectoryTests", dependencies: ["Directory", "Ledger"]),
    .testTarget(
      name: "ControlSQLiteTests",
      dependencies: ["ControlSQLite", "Directory", "Ledger", "LedgerSQLite", "TestCorpus", grdb]),
    .testTarget(name: "LedgerTests", dependencies: ["Ledger"]),
    .testTarget(name: "ChartsTests", dependencies: ["Charts", "Ledger", "TestCorpus"]),
    .testTarget(name: "AccountTests", dependencies: ["Account", "Charts", "Judgement", "Ledger"]),
    .testTarget(
      name: "ModelContextTests", dependencies: ["Account", "Charts", "ModelContext", "TestCorpus"]),
    .testTarget(name: "OutcomesTests", dependencies: ["Ledger", "Outcomes", subprocess]),
    .testTarget(
      name: "AttributionTests", dependencies: ["Attribution", "Ledger", "Outcomes", "Readers", subprocess]),
    .testTarget(name: "JudgementTests", dependencies: ["Judgement", "Ledger", "Schedules", "Statistics"]),
    .target(name: "TestCorpus", path: "Tests/TestCorpus"),
    .testTarget(name: "LedgerSQLiteTests", dependencies: ["Ledger", "LedgerSQLite", "TestCorpus", grdb]),
    .executableTarget(
      name: "spool-child", dependencies: ["Ledger", "LedgerSQLite", "Metering"], path: "Tests/SpoolChild"),
    .testTarget(
      name: "MeteringTests",
      dependencies: ["Ledger", "LedgerSQLite", "Metering", "Readers", "TestCorpus", "spool-child"]),
    .testTarget(
      name: "CollectionTests",
      dependencies: ["assay", "Arena", "Collection", "Ledger", "LedgerSQLite", "Readers", "TestCorpus"]),
    .testTarget(
      name: "DerivationTests",
      dependencies: [
        "assay", "Attribution", "Collection", "Derivation", "Ledger", "LedgerSQLite", "Outcomes",
        "TestCorpus",
      ]),
    .testTarget(
      name: "ObservabilityTests",
      dependencies: [
        "Observability", httpClient, .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Instrumentation", package: "swift-distributed-tracing"), logging, metrics, nioCore,
        nioHTTP1, nioPosix, lifecycle,
        .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"), tracing,
      ]),
    .testTarget(
      name: "ReconciliationTests",
      dependencies: [
        "Derivation", "Ledger", "LedgerSQLite", "ProviderReports", "Reconciliation", "ServiceSettings",
        "TestCorpus", httpClient, nioCore, nioHTTP1, nioPosix,
      ]),
    .testTarget(
      name: "KeepingTests",
      dependencies: [
        "assay-server", "Arena", "Collection", "ControlSQLite", "Derivation", "Directory", "Effects",
        "Gate", "Inventory", "Journal", "Keeping", "Ledger", "LedgerSQLite", "Memory", "Outcomes",
        "Provisioning",
        "Server",
        "Shipping", "SignIn", "Slack", "Surroundings", "TestCorpus", "Visibility", httpClient, grdb, logging,
        nioCore,
        lifecycle,
      ]),
    .testTarget(name: "GzipTests", dependencies: ["Gzip"]),
    .testTarget(
      name: "ServerTests",
      dependencies: [
        "Agents", "Arena", "Collection", "ControlSQLite", "Demand", "Derivation", "Directory", "Effects",
        "Events", "Gate", "Gzip", "Journal",
        "Judgement", "Ledger", "LedgerSQLite", "Keeping", "ModelClient", "Outcomes", "Schedules",
        "ScriptedSlack", "Server", "ServiceSettings", "Slack", "SlackClient",
        "Shipping", "SignIn", "Surroundings", "Targets", "TestCorpus", "Visibility", httpClient, crypto,
        .product(name: "Hummingbird", package: "hummingbird"), logging, nioCore, nioHTTP1, lifecycle, yams,
      ]),
    .testTarget(
      name: "DemoOrganisationTests",
      dependencies: [
        "Arena", "ControlSQLite", "DemoOrganisation", "Directory", "Events", "Ledger", "LedgerSQLite",
        "Server", "Targets", "TestCorpus", "Visibility",
      ]),
    .testTarget(
      name: "DigestTests",
      dependencies: ["Charts", "Digest", "Directory", "Ledger", "TestCorpus", "Visibility"]),
    .testTarget(name: "WasteTests", dependencies: ["Ledger", "Waste"]),
    .testTarget(
      name: "TargetsTests",
      dependencies: ["Directory", "Ledger", "Statistics", "Targets", "TestCorpus", "Visibility"]),
    .testTarget(name: "VisibilityTests", dependencies: ["Directory", "Ledger", "TestCorpus", "Visibility"]),
    .testTarget(
      name: "TelemetryTests",
      dependencies: ["Ledger", "LedgerSQLite", "Readers", "Telemetry", "TestCorpus", protobuf],
      exclude: ["Recording"], resources: [.copy("Fixtures")]),
    .testTarget(
      name: "BoardsTests",
      dependencies: ["Boards", "Events", "Ledger", "Statistics", "TestCorpus", "Visibility"]),
    .testTarget(
      name: "EventsTests", dependencies: ["Events", "Ledger", "LedgerSQLite", "TestCorpus", crypto],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ProvisioningTests",
      dependencies: ["ControlSQLite", "Directory", "Ledger", "Provisioning", "TestCorpus"]),
    .testTarget(name: "ReadersTests", dependencies: ["Ledger", "Readers"]),
    .testTarget(
      name: "AcceptanceTests",
      dependencies: [
        "assay", "assay-server", "Arena", "ControlSQLite", "Directory", "Ledger", "LedgerSQLite",
        "TestCorpus",
      ]),
  ]
)

for target in package.targets where target.type != .system {
  target.swiftSettings = house + (target.swiftSettings ?? [])
}
