import Effects
import Testing

struct HiddenScalarTests {
  /// DerivedCoreProperties.txt of Unicode 16.0, Default_Ignorable_Code_Point; Hangul's fillers and tags are among them.
  static let ignorable: [ClosedRange<UInt32>] = [
    0xAD...0xAD, 0x34F...0x34F, 0x61C...0x61C, 0x115F...0x1160, 0x17B4...0x17B5, 0x180B...0x180F,
    0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0x3164...0x3164, 0xFE00...0xFE0F, 0xFEFF...0xFEFF,
    0xFFA0...0xFFA0, 0xFFF0...0xFFF8, 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE0FFF,
  ]
  /// PropList.txt, Bidi_Control.
  static let directions: [ClosedRange<UInt32>] = [
    0x61C...0x61C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069,
  ]
  static let fillers: [UInt32] = [0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800]

  @Test func `what no font need show, what turns writing around and the fillers are hidden`() {
    #expect(Self.ignorable.reduce(0) { $0 + $1.count } == 4174)
    for value in (Self.ignorable + Self.directions).joined() + Self.fillers {
      #expect(Unicode.Scalar(value)?.isHidden == true, "U+\(String(value, radix: 16))")
    }
  }

  @Test func `controls, separators of lines, private signs and what is no character are hidden`() {
    let values: [UInt32] = [
      0, 7, 0x0D, 0x1B, 0x7F, 0x85, 0x2028, 0x2029, 0xFFF9, 0xE000, 0xF8FF, 0xFFFF, 0x10FFFD,
    ]
    for value in values {
      #expect(Unicode.Scalar(value)?.isHidden == true, "U+\(String(value, radix: 16))")
    }
  }

  @Test func `what people write is seen`() {
    let text =
      "Zeile\n\tGrüße – „ja“ 100 %, e\u{301}, ñ, Привет, שלום, مرحبا, नमस्ते, ไทย, 한국어, 日本語, 😀🇩🇪\u{A0}€"
    for scalar in text.unicodeScalars { #expect(!scalar.isHidden, "U+\(String(scalar.value, radix: 16))") }
  }
}
