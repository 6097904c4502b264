import Charts
import Foundation
import Ledger
import Testing

@Suite("The palette")
struct PaletteTests {
  private static let plain = OutcomeState.allCases.filter { $0 != .unknown }

  @Test("Text has a contrast of at least 4.5:1 and marks of 3:1", arguments: [Palette.light, .dark])
  func contrast(palette: Palette) {
    for text in [palette.text, palette.quiet, palette.accent] {
      #expect(Colour(text).contrast(Colour(palette.background)) >= 4.5, "\(text)")
    }
    for state in OutcomeState.allCases {
      #expect(Colour(palette.colour(of: state)).contrast(Colour(palette.background)) >= 3, "\(state)")
    }
  }

  @Test(
    "States stay apart for every kind of colour vision", arguments: [Palette.light, .dark], Vision.allCases)
  func colourVision(palette: Palette, vision: Vision) {
    for (index, a) in Self.plain.enumerated() {
      for b in Self.plain.dropFirst(index + 1) {
        let distance = Colour(palette.colour(of: a)).seen(vision).distance(
          Colour(palette.colour(of: b)).seen(vision))
        #expect(distance >= 18, "\(a) and \(b): \(distance)")
      }
    }
  }
}

/// Complete dichromacy after Machado, Oliveira and Fernandes (2009), on linear sRGB.
enum Vision: CaseIterable {
  case normal, protanopia, deuteranopia, tritanopia

  var matrix: [[Double]] {
    switch self {
    case .normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    case .protanopia:
      [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    case .deuteranopia:
      [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    case .tritanopia:
      [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    }
  }
}

/// A colour as linear sRGB.
struct Colour {
  var channels: [Double]

  init(_ hex: String) {
    let value = Int(hex.dropFirst(), radix: 16) ?? 0
    channels = [16, 8, 0].map { shift in
      let c = Double((value >> shift) & 0xFF) / 255
      return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
    }
  }

  func seen(_ vision: Vision) -> Colour {
    var colour = self
    colour.channels = vision.matrix.map { row in
      min(1, max(0, zip(row, channels).map(*).reduce(0, +)))
    }
    return colour
  }

  /// WCAG 2.2.
  func contrast(_ other: Colour) -> Double {
    let (a, b) = (luminance, other.luminance)
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  /// CIE 1976 ΔE.
  func distance(_ other: Colour) -> Double {
    zip(lab, other.lab).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
  }

  private var luminance: Double { 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2] }

  private var lab: [Double] {
    func f(_ t: Double) -> Double { t > 0.008856 ? cbrt(t) : 7.787 * t + 16 / 116 }
    let (r, g, b) = (channels[0], channels[1], channels[2])
    let x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505)
    let y = f(luminance)
    let z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089)
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
  }
}
