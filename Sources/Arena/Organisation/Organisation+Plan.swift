/// What the sample organisation is made of, before anybody has a name.
struct OrganisationPlan: Sendable {
  struct Unit: Sendable {
    var name: String
    var department: Int
    var size: Int
    /// Of a hundred.
    var developers: Int
    var applications: [Int]
  }

  static let departments = ["Engineering", "Platform", "Product", "Operations"]

  var applications: [(name: String, language: Language, useCase: String)]
  var units: [Unit]
  var automata: [(name: String, useCase: String, application: Int, sessionsAWeek: Int)]
  var weeks: Int
  var targetWeek: Int
  /// How many come, go and move in the time.
  var joiners: Int
  var leavers: Int
  var movers: Int

  private static let names: [(String, Language, String)] = [
    ("tidebook", .python, "Planning"), ("quaymaster", .go, "Planning"),
    ("harbour-web", .typescript, "Customer service"), ("berth-desk", .typescript, "Customer service"),
    ("cargo-api", .go, "Cargo"), ("customs-link", .python, "Cargo"), ("crane-telemetry", .go, "Cargo"),
    ("pilot-app", .typescript, "Crews"), ("crew-roster", .python, "Crews"), ("tariffs", .go, "Billing"),
    ("invoices", .python, "Billing"), ("gatehouse", .go, "Platform"), ("data-pier", .python, "Platform"),
    ("signals", .typescript, "Platform"), ("handbook", .python, "Internal"),
  ]

  /// About two hundred people in eighteen teams, and half a year.
  static var whole: OrganisationPlan {
    OrganisationPlan(
      applications: names,
      units: [
        Unit(name: "Berths", department: 0, size: 24, developers: 96, applications: [0, 1, 4]),
        Unit(name: "Cargo", department: 0, size: 19, developers: 95, applications: [4, 6]),
        Unit(name: "Customs", department: 0, size: 15, developers: 93, applications: [5, 4]),
        Unit(name: "Crews", department: 0, size: 14, developers: 92, applications: [8, 7]),
        Unit(name: "Mobile", department: 0, size: 12, developers: 100, applications: [7, 8, 2]),
        Unit(name: "Billing", department: 0, size: 14, developers: 85, applications: [10, 9]),
        Unit(name: "Tariffs", department: 0, size: 7, developers: 85, applications: [9]),
        Unit(name: "Foundations", department: 1, size: 13, developers: 100, applications: [11, 13]),
        Unit(name: "Data", department: 1, size: 12, developers: 92, applications: [12, 0]),
        Unit(name: "Reliability", department: 1, size: 8, developers: 100, applications: [13, 11]),
        Unit(name: "Security", department: 1, size: 4, developers: 100, applications: [11]),
        Unit(name: "Portal", department: 2, size: 13, developers: 92, applications: [2, 3]),
        Unit(name: "Service desk tools", department: 2, size: 9, developers: 88, applications: [3, 2]),
        Unit(name: "Design", department: 2, size: 6, developers: 17, applications: [2, 14]),
        Unit(name: "Product management", department: 2, size: 8, developers: 0, applications: [14]),
        Unit(name: "Customer service", department: 3, size: 11, developers: 0, applications: [14]),
        Unit(name: "Finance", department: 3, size: 4, developers: 0, applications: [14]),
        Unit(name: "People", department: 3, size: 3, developers: 0, applications: [14]),
      ],
      automata: [
        ("ci-review", "Code review", 11, 14), ("dependency-keeper", "Maintenance", 4, 9),
        ("nightly-triage", "Maintenance", 0, 7), ("release-notes", "Documentation", 2, 4),
      ], weeks: 27, targetWeek: 16, joiners: 12, leavers: 9, movers: 7)
  }

  /// About thirty people in four teams, for tests.
  static var small: OrganisationPlan {
    OrganisationPlan(
      applications: Array(names.prefix(3)),
      units: [
        Unit(name: "Berths", department: 0, size: 13, developers: 93, applications: [0, 1]),
        Unit(name: "Portal", department: 2, size: 11, developers: 90, applications: [2, 1]),
        Unit(name: "Reliability", department: 1, size: 3, developers: 100, applications: [1]),
      ],
      automata: [("nightly-triage", "Maintenance", 0, 4)], weeks: 7, targetWeek: 3, joiners: 2, leavers: 2,
      movers: 1)
  }
}
