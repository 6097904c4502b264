import Effects

/// What a text held that a person does not see. Each is a count.
package struct HiddenText: Sendable, Hashable {
  /// Characters of HTML that was styled away.
  package var html = 0
  package var zeroWidth = 0
  /// Controls that turn the direction of what follows.
  package var bidirectional = 0
  /// U+E0000…E007F, which can spell out ASCII unseen.
  package var tags = 0
  package var variationSelectors = 0
  /// Other control characters, and signs that have no meaning of their own.
  package var controls = 0

  package init() {}

  package var isEmpty: Bool { self == HiddenText() }

  static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.html += right.html
    sum.zeroWidth += right.zeroWidth
    sum.bidirectional += right.bidirectional
    sum.tags += right.tags
    sum.variationSelectors += right.variationSelectors
    sum.controls += right.controls
    return sum
  }
}

/// Characters that nobody sees and a model reads. They are left out and counted, joiners too, though some scripts and emoji
/// are the poorer for it: what is read must be what is seen.
package enum HiddenCharacters {
  package static func removed(from text: String) -> (text: String, hidden: HiddenText) {
    var hidden = HiddenText()
    guard text.utf8.contains(where: { $0 >= 0x7F || ($0 < 0x20 && $0 != 0x0A && $0 != 0x09) }) else {
      return (text, hidden)
    }
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A: clean.append(scalar)
      case 0...0x1F, 0x7F...0x9F, 0xFFF9...0xFFFB: hidden.controls += 1
      case 0xAD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x200B...0x200D, 0x2060...0x2064,
        0x206A...0x206F, 0x3164, 0xFEFF, 0xFFA0, 0x1D173...0x1D17A:
        hidden.zeroWidth += 1
      case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: hidden.bidirectional += 1
      case 0xE0000...0xE0FFF where scalar.value < 0xE0100 || scalar.value > 0xE01EF: hidden.tags += 1
      case 0xFE00...0xFE0F, 0xE0100...0xE01EF: hidden.variationSelectors += 1
      case 0x2028, 0x2029: clean.append("\n")
      case _ where scalar.isHidden: hidden.controls += 1
      default: clean.append(scalar)
      }
    }
    return (String(clean), hidden)
  }
}
