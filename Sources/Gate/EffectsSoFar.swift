/// How many effects a run has had, by tool: what was performed or may have been, and what is approved and under way.
package struct EffectsSoFar: Hashable, Sendable, Codable {
  package private(set) var byTool: [String: Int]

  package init(_ byTool: [String: Int] = [:]) { self.byTool = byTool.mapValues { max($0, 0) } }

  package mutating func count(_ tool: String) { byTool[tool, default: 0] += 1 }

  package subscript(tool: String) -> Int { byTool[tool] ?? 0 }
  package var total: Int { byTool.values.reduce(0, +) }
}
