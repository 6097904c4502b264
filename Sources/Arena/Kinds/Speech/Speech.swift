/// Messages to tools and their answers, put together from many small parts so that two are as alike as two people's
/// are: whoever looks for repetition must find it where somebody repeats themselves, and not in the templates.
enum Speech {
  static func sentence(_ f: Feature, _ chance: inout Chance) -> String {
    let subject = chance.pick(Wording.subjects)
    let verb = chance.pick(Wording.verbs)
    let object = chance.pick(Wording.objects)
    let adjunct = chance.pick(Wording.adjuncts)
    var text = "\(subject) \(verb) \(object)"
    if chance.happens(70) { text += " \(adjunct)" }
    if chance.happens(35) { text += ", \(chance.pick(Wording.clauses))" }
    return filled(text, f, &chance).capitalised + "."
  }

  static func answer(_ f: Feature, sentences count: Int, _ chance: inout Chance) -> String {
    (0..<max(1, count)).map { _ in sentence(f, &chance) }.joined(separator: " ")
  }

  static func question(_ f: Feature, path: String?, _ chance: inout Chance) -> String {
    var parts: [String] = []
    if chance.happens(45) { parts.append(chance.pick(Wording.openers)) }
    parts.append(chance.pick(Wording.questions))
    if chance.happens(40) { parts.append(chance.pick(Wording.reasons)) }
    if let path, chance.happens(50) { parts.append("I am in \(path).") }
    return filled(parts.joined(separator: " "), f, &chance)
  }

  /// A question that takes up words of the answer before.
  static func followUp(_ f: Feature, to answer: String, _ chance: inout Chance) -> String {
    let sentences = answer.split(separator: ". ")
    let taken = sentences.isEmpty ? "" : String(chance.pick(Array(sentences)))
    let words = taken.split(separator: " ")
    let from = chance.below(max(1, words.count - 5))
    let quoted = words.dropFirst(from).prefix(chance.int(3...6)).joined(separator: " ").lowercased()
    return filled(
      "\(chance.pick(Wording.followUps)) \(quoted)? \(chance.pick(Wording.questions))", f, &chance)
  }

  static func request(_ f: Feature, _ chance: inout Chance) -> String {
    var parts: [String] = []
    if chance.happens(40) { parts.append(chance.pick(Wording.openers)) }
    parts.append(chance.pick(Wording.requests))
    for _ in 0..<chance.int(0...2) { parts.append(chance.pick(Wording.constraints)) }
    if chance.happens(35) { parts.append(chance.pick(Wording.reasons)) }
    return filled(parts.joined(separator: " "), f, &chance)
  }

  static func change(_ f: Feature, _ chance: inout Chance) -> String {
    filled(chance.pick(Wording.changes), f, &chance)
  }

  /// What people write in a word or two, over and over.
  static func brief(_ chance: inout Chance) -> String { chance.pick(Wording.briefs) }

  static func commitMessage(_ f: Feature, _ chance: inout Chance) -> String {
    filled(chance.pick(Wording.commits), f, &chance)
  }

  /// `{n}` noun, `{w}` the feature in words, `{a}` and `{b}` its fields, `{k}` its number, `{o}` any other field.
  static func filled(_ template: String, _ f: Feature, _ chance: inout Chance) -> String {
    guard template.contains("{") else { return template }
    var text = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      text += rest[..<open]
      switch rest[rest.index(after: open)..<close] {
      case "n": text += f.noun
      case "w": text += f.words
      case "a": text += f.first
      case "b": text += f.second
      case "k": text += String(f.number + chance.below(9))
      default: text += chance.pick(Wording.fields)
      }
      rest = rest[rest.index(after: close)...]
    }
    return text + rest
  }
}
