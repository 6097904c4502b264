/// The languages in which projects are written: where a feature's files go and what is in them.
package enum Language: String, CaseIterable, Sendable, Codable {
  case go, python, typescript

  var templates: any CodeTemplates.Type {
    switch self {
    case .go: GoTemplates.self
    case .python: PythonTemplates.self
    case .typescript: TypeScriptTemplates.self
    }
  }

  func path(of feature: Feature) -> String {
    switch self {
    case .go: "internal/\(feature.noun)/\(feature.aspect.rawValue).go"
    case .python: "src/\(feature.noun)/\(feature.aspect.rawValue).py"
    case .typescript: "src/\(feature.noun)/\(feature.aspect.rawValue).ts"
    }
  }

  func testPath(of feature: Feature) -> String {
    switch self {
    case .go: "internal/\(feature.noun)/\(feature.aspect.rawValue)_test.go"
    case .python: "tests/test_\(feature.name).py"
    case .typescript: "test/\(feature.noun)-\(feature.aspect.rawValue).test.ts"
    }
  }

  /// The file in which every feature is announced.
  var registryPath: String {
    switch self {
    case .go: "cmd/root.go"
    case .python: "src/registry.py"
    case .typescript: "src/index.ts"
    }
  }

  var testCommand: String {
    switch self {
    case .go: "go test ./..."
    case .python: "python -m pytest -q"
    case .typescript: "npm test --silent"
    }
  }

  func code(_ feature: Feature) -> [String] {
    feature.isBrief
      ? feature.own.fill(BriefTemplates.module(self)) : feature.fill(templates.module(feature.aspect))
  }

  /// Functions that are added to a feature's file later; each `variant` is another one.
  func addition(_ feature: Feature, variant: Int) -> [String] {
    if feature.isBrief { return feature.own.fill(BriefTemplates.addition(self)) }
    let all = templates.additions
    return feature.fill(all[variant % all.count])
  }

  func test(_ feature: Feature) -> [String] {
    feature.isBrief ? feature.own.fill(BriefTemplates.test(self)) : feature.fill(templates.test)
  }

  /// The line with which the registry announces the feature.
  func announcement(_ feature: Feature) -> String {
    switch self {
    case .go:
      "\troot.register(\"\(feature.noun)\", \(feature.noun).New\(feature.noun.capitalised)(\(feature.number)))"
    case .python:
      "register(\"\(feature.name)\", \"src.\(feature.noun).\(feature.aspect.rawValue)\", \(feature.number))"
    case .typescript:
      "export * from \"./\(feature.noun)/\(feature.aspect.rawValue).js\"; // \(feature.number)"
    }
  }

  func registry(project: String) -> [String] {
    switch self {
    case .go:
      [
        "package cmd", "", "// Every command of \(project) is registered here.",
        "func Register(root *Root) {",
        "\troot.version = \"0.4.1\"", "}",
      ]
    case .python:
      [
        "\"\"\"Every part of \(project) is registered here.\"\"\"", "", "PARTS = {}", "", "",
        "def register(name, module, limit):", "    PARTS[name] = (module, limit)", "", "",
      ]
    case .typescript:
      ["// Every part of \(project) is exported here.", "export const version = \"2.3.0\";", ""]
    }
  }

  /// `registry` with one more announcement.
  func announcing(_ feature: Feature, in registry: [String]) -> [String] {
    var lines = registry
    let end = self == .go ? max(0, lines.count - 1) : lines.count
    lines.insert(announcement(feature), at: end)
    return lines
  }
}

/// What a language needs to grow features.
protocol CodeTemplates {
  static func module(_ aspect: Feature.Aspect) -> String
  static var additions: [String] { get }
  static var test: String { get }
}
