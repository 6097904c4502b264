import Foundation
import Ledger
import Testing

/// The files that the project's samples hold; they are not part of the repository.
enum PricesSamples {
  static let directory: URL? = {
    let environment = ProcessInfo.processInfo.environment
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let directory =
      environment["ASSAY_SAMPLES"].map { URL(filePath: $0) }
      ?? package.deletingLastPathComponent().appending(path: "shared/samples")
    return FileManager.default.fileExists(atPath: directory.path) ? directory : nil
  }()

  /// Tests of samples run where they are, and in CI, where they then fail if the samples are missing.
  static let areExpected = directory != nil || ProcessInfo.processInfo.environment["CI"] == "true"
  static let absence: Comment = "no samples: set ASSAY_SAMPLES to their directory"

  static func data(_ path: String) throws -> Data {
    let directory = try #require(directory, "the samples are missing; set ASSAY_SAMPLES to their directory")
    return try Data(contentsOf: directory.appending(path: path))
  }
}

/// The same numbers in every run, so that a failure can be repeated (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

func instant(_ day: String) throws -> Instant { try #require(CalendarDay(day)).start }

extension PriceCatalogue {
  func onCheckDay(_ model: String) throws -> ModelPrice? {
    try price(model: model, at: instant("2026-11-21"))
  }
}
