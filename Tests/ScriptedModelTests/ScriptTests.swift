import Effects
import Foundation
import Testing

@testable import ScriptedModel

struct ScriptTests {
  @Test func `a script is read as it is written, with numbers only where there are no quotes`() throws {
    let script = try Script(
      text: """
        otherwise: Nothing.
        rules:
          - when: {turn: 1, contains: go}
            text: "Going."
            calls: [{tool: deploy, arguments: {count: 3, version: "3", ratio: 1.5, isDry: false, none: null, to: [a, "b"]}}]
            fault: {status: 429, retryAfterSeconds: 2, times: 1}
          - text: "Done."
        """)
    #expect(script.otherwise == "Nothing.")
    #expect(script.rules.count == 2)
    #expect(script.rules[0].when == .init(turn: 1, contains: "go"))
    #expect(
      script.rules[0].calls.first?.arguments?.json
        == [
          "count": 3, "version": "3", "ratio": .number(1.5), "isDry": false, "none": .null, "to": ["a", "b"],
        ])
    #expect(script.rules[0].fault == .init(status: 429, retryAfterSeconds: 2, times: 1))
    let json = String(decoding: try JSONEncoder().encode(script), as: UTF8.self)
    #expect(try Script(text: json) == script)
  }

  @Test(arguments: [
    "", "rules: 3", "rules: [{text: [1]}]", "rules: [{text: '{{open'}]", "rules: [{text: '{{log/[/}}'}]",
    "rules: [{text: '{{log/x}}'}]", "rules: [", "rules: [{stop: never}]",
    "rules: [{calls: [{arguments: {}}]}]",
    "rules: [{calls: [{tool: t, arguments: {a: '{{x'}}]}]",
  ])
  func `a script that cannot be followed says where`(text: String) {
    let error = #expect(throws: ScriptError.self) { try Script(text: text) }
    #expect((error?.description.count ?? 0) < 500)
  }

  @Test func `a short text that unfolds into a huge one is refused`() {
    var text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    for (name, inner) in zip("bcdefgh", "abcdefg") {
      text += "\(name): &\(name) [\(Array(repeating: "*\(inner)", count: 10).joined(separator: ", "))]\n"
    }
    #expect(throws: ScriptError.self) { try Script(text: text + "rules: []") }
  }

  @Test(arguments: [
    ("plain", "plain"), ("{{log}}", "a 1234567 b 89abcde"), ("<{{log/[0-9a-f]{7}/}}>", "<1234567>"),
    ("{{log/b ([0-9a-f]+)/}} and {{said}}", "89abcde and go"), ("{{nothing}}.", "."), ("{{log/zzz/}}.", "."),
    ("{ {{said}} }", "{ go }"),
  ])
  func `holes are filled`(template: String, expected: String) throws {
    let sources = ["log": "a 1234567 b 89abcde", "said": "go"]
    #expect(try Template(template).filled { sources[$0] } == expected)
  }
}
