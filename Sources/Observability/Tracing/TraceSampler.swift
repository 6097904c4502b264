/// Which traces are recorded. Names and meanings are those of the OpenTelemetry specification.
package indirect enum TraceSampler: Sendable, Hashable {
  case alwaysOn
  case alwaysOff
  /// This part of all traces, 0…1, chosen by trace id, so that all processes of a trace choose alike.
  case ratio(Double)
  /// As the caller decided; the given sampler decides where there is no caller.
  case parentBased(root: TraceSampler)

  /// What OpenTelemetry takes when nothing is configured.
  package static let standard = TraceSampler.parentBased(root: .alwaysOn)

  func samples(_ trace: TraceID, parent: TraceContext?) -> Bool {
    switch self {
    case .alwaysOn: return true
    case .alwaysOff: return false
    case .ratio(let ratio):
      if ratio >= 1 { return true }
      guard ratio > 0 else { return false }
      // 2^64 × ratio is below 2^64 for every Double below one, so the conversion is exact and cannot trap.
      return trace.low < UInt64(ratio * 0x1p64)
    case .parentBased(let root):
      return parent?.isSampled ?? root.samples(trace, parent: nil)
    }
  }

  /// From `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`. What cannot be read is as if it were not set, with a
  /// warning.
  static func read(name: String?, argument: String?, warnings: inout [String]) -> TraceSampler {
    guard let name else { return .standard }
    func ratio() -> TraceSampler {
      guard let argument else { return .ratio(1) }
      guard let value = Double(argument), (0...1).contains(value) else {
        warnings.append("OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not “\(argument)”; 1 is used.")
        return .ratio(1)
      }
      return .ratio(value)
    }
    switch name {
    case "always_on": return .alwaysOn
    case "always_off": return .alwaysOff
    case "traceidratio": return ratio()
    case "parentbased_always_on": return .parentBased(root: .alwaysOn)
    case "parentbased_always_off": return .parentBased(root: .alwaysOff)
    case "parentbased_traceidratio": return .parentBased(root: ratio())
    default:
      warnings.append(
        "OTEL_TRACES_SAMPLER “\(name)” is not known here; parentbased_always_on is used. Known are always_on, "
          + "always_off, traceidratio and the same with parentbased_ before them.")
      return .standard
    }
  }
}
