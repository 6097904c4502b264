import Charts
import Foundation
import Judgement

extension SessionExplanation {
  /// What is made of the session's purpose, as a sum that can be followed line by line.
  func judgementLines(_ options: TextOptions, _ ink: Ink) -> [String] {
    guard let judgement = session.judgement else { return [] }
    let indent = String(repeating: " ", count: 10)
    var lines = [
      "", ink.bold("What speaks for and against a purpose") + ink.dim("  in bits; only you see this"),
    ]
    for line in judgement.evidence {
      let words = Display.wrap(
        line.text.capitalisedFirst + ".", to: options.width, indent: indent, hanging: indent)
      let figure = Display.pad(Self.bits(line.bits), to: 8, right: true)
      for (place, text) in words.enumerated() {
        lines.append(place == 0 ? figure + "  " + text.drop { $0 == " " } : text)
      }
    }
    lines.append(Display.pad(Self.bits(judgement.bits), to: 8, right: true) + "  " + ink.bold("in all."))
    lines += Display.wrap(judgement.conclusion, to: options.width, indent: "  ", hanging: "  ")
    if judgement.isFinding, let howOftenWrong {
      lines += Display.wrap(howOftenWrong, to: options.width, indent: "  ", hanging: "  ")
    }
    return lines
  }

  /// `+2.0`, `−4.5`
  static func bits(_ bits: Double) -> String {
    let hundredths = Int((abs(bits) * 100).rounded())
    let decimals =
      hundredths % 10 == 0 ? "\(hundredths % 100 / 10)" : String(format: "%02d", hundredths % 100)
    return "\(bits < 0 ? "−" : "+")\(hundredths / 100).\(decimals)"
  }
}

extension Judgement {
  /// What the sum comes to, in a sentence or two. Never more than that something was not found.
  fileprivate var conclusion: String {
    let chance =
      probability < 0.01 ? "less than 1 in 100" : "about \(Int((probability * 100).rounded())) in 100"
    if let said { return "You said: “\(Display.safe(said))”. It is no finding." }
    if !isComplete {
      return "Not all of it could be seen, so that nothing counts against a purpose: nothing is said of it."
    }
    return isFinding
      ? "Nothing was found that explains this session: of sessions like it, \(chance) have no purpose by these weights. If it had one, say so with --this-was; only you will see it."
      : "No finding: of sessions like it, \(chance) have no purpose by these weights."
  }
}
