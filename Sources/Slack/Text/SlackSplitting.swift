/// Cuts mrkdwn into pieces of bounded length.
enum SlackSplitting {
  private static let fence = "```"

  /// What is never cut: a letter as people see it, an escaped sign, a link, the marks of a block of code.
  private struct Atom {
    var text: Substring
    var length: Int
  }

  static func split(_ text: String, most: Int) -> [String] {
    let atoms = atoms(text, most: most)
    var pieces: [String] = []
    var place = 0
    var isInCode = false
    while place < atoms.count {
      // What a cut within a block of code adds on both sides.
      let room = most - (isInCode ? fence.count + 1 : 0) - fence.count - 1
      var length = 0
      var end = place
      while end < atoms.count, length + atoms[end].length <= room {
        length += atoms[end].length
        end += 1
      }
      if end < atoms.count { end = border(atoms, from: place, to: max(end, place + 1)) }
      var piece = isInCode ? fence + "\n" : ""
      for atom in atoms[place..<end] {
        if atom.text == fence { isInCode.toggle() }
        piece += atom.text
      }
      place = end
      if place < atoms.count {
        if isInCode {
          if piece.hasSuffix("\n") { piece.removeLast() }
          piece += "\n" + fence
          // The line break that was cut at; what a line of code begins with stays.
          if atoms[place].text == "\n" { place += 1 }
        } else {
          while place < atoms.count, atoms[place].text.allSatisfy(\.isWhitespace) { place += 1 }
        }
      }
      while !isInCode, piece.last?.isWhitespace ?? false { piece.removeLast() }
      if !piece.isEmpty { pieces.append(piece) }
    }
    return pieces
  }

  /// Where to cut best, in the second half of what fits.
  private static func border(_ atoms: [Atom], from start: Int, to end: Int) -> Int {
    let middle = start + (end - start) / 2
    var (line, sentence, word): (Int?, Int?, Int?) = (nil, nil, nil)
    var place = end
    while place > max(middle, start + 1) {
      let (last, next) = (atoms[place - 1].text, place < atoms.count ? atoms[place].text : "")
      if last == "\n" {
        if place >= 2, atoms[place - 2].text == "\n" { return place }
        line = line ?? place
      } else if next.first?.isWhitespace ?? false {
        if [".", "!", "?", "。"].contains(last) { sentence = sentence ?? place }
        word = word ?? place
      }
      place -= 1
    }
    return line ?? sentence ?? word ?? end
  }

  private static func atoms(_ text: String, most: Int) -> [Atom] {
    var atoms: [Atom] = []
    var rest = text[...]
    func add(_ part: Substring) { atoms.append(Atom(text: part, length: part.utf16.count)) }
    while let first = rest.first {
      var end = rest.index(after: rest.startIndex)
      switch first {
      case "`" where rest.hasPrefix(fence): end = rest.index(rest.startIndex, offsetBy: 3)
      case "&":
        for sign in ["&amp;", "&lt;", "&gt;"] where rest.hasPrefix(sign) {
          end = rest.index(rest.startIndex, offsetBy: sign.count)
        }
      case "<": if let close = rest.firstIndex(of: ">") { end = rest.index(after: close) }
      default: break
      }
      let part = rest[..<end]
      // A letter under a tower of accents, or an endless link.
      if part.utf16.count > most / 2 {
        for scalar in part.unicodeScalars.indices {
          add(part[scalar..<part.unicodeScalars.index(after: scalar)])
        }
      } else {
        add(part)
      }
      rest = rest[end...]
    }
    return atoms
  }
}
