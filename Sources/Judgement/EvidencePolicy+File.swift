import Foundation
import Ledger

extension EvidencePolicy {
  /// The policy that is compiled in.
  ///
  /// - Throws: ``EvidencePolicyError`` only if the file in the sources is invalid, which the tests exclude.
  package static func builtIn() throws(EvidencePolicyError) -> EvidencePolicy {
    try EvidencePolicy(named: "policy.json", json: PackageResources.policy_json)
  }

  /// Somebody's own, or the built-in one where there is none.
  package static func builtIn(orFileAt path: String?) throws(EvidencePolicyError) -> EvidencePolicy {
    guard let path else { return try builtIn() }
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw .unreadable(file: path)
    }
    var policy = try EvidencePolicy(named: path, json: [UInt8](bytes))
    let ours = try builtIn()
    // Copied from ours and changed: what was measured of ours is not true of it.
    if policy.measuredError == ours.measuredError, !policy.judges(as: ours) { policy.measuredError = nil }
    return policy
  }

  /// Whether both say the same of every session that no schedule is declared for.
  func judges(as other: EvidencePolicy) -> Bool {
    var (one, two) = (self, other)
    (one.schedules, two.schedules) = (nil, nil)
    (one.measuredError, two.measuredError) = (nil, nil)
    return one == two
  }

  /// - Parameter name: Of the file, for errors.
  package init(named name: String, json: [UInt8]) throws(EvidencePolicyError) {
    let policy: EvidencePolicy
    do {
      policy = try JSONDecoder().decode(EvidencePolicy.self, from: Data(json))
    } catch let error as DecodingError {
      throw .malformed(file: name, reason: error.whatIsWrong)
    } catch {
      throw .malformed(file: name, reason: "it is no JSON")
    }
    for (kind, bits) in policy.weights {
      guard bits.isFinite, abs(bits) <= 64 else {
        throw .impossibleWeight(file: name, kind: kind, bits: bits)
      }
      switch kind.direction {
      case .either: break
      case .againstPurpose: if bits < 0 { throw .wrongSign(file: name, kind: kind, bits: bits) }
      case .forPurpose: if bits > 0 { throw .wrongSign(file: name, kind: kind, bits: bits) }
      }
    }
    self = policy
  }

  /// What derived data is stamped with: the version, and where it is not as it comes with Assay what it says as well, for
  /// a version is easily left as it was.
  package var stamp: String {
    if let ours = try? EvidencePolicy.builtIn(), ours == self { return version }
    guard let bytes = try? json() else { return version }
    let digest = Key128(space: "judgement/policy", String(decoding: bytes, as: UTF8.self)).hexadecimal
    return "\(version) \(digest.prefix(8))"
  }

  /// As a file holds it: keys in order, so that two policies can be compared line by line.
  package func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")]
  }
}

/// Why a policy file cannot be used.
package enum EvidencePolicyError: Error, CustomStringConvertible, Equatable {
  case unreadable(file: String)
  /// How often another policy errs says nothing of this one.
  case otherErrors(file: String, measured: String, wanted: String)
  case malformed(file: String, reason: String)
  case impossibleWeight(file: String, kind: EvidenceKind, bits: Double)
  case wrongSign(file: String, kind: EvidenceKind, bits: Double)

  package var description: String {
    switch self {
    case .unreadable(let file):
      "\(file): cannot be read; give the path of a file that this process may read"
    case .otherErrors(let file, let measured, let wanted):
      "\(file): the errors are those of policy “\(measured)”, and sessions are judged by “\(wanted)”; give those that assay arena fit wrote beside the policy"
    case .malformed(let file, let reason):
      "\(file): \(reason); compare it with Sources/Judgement/policy.json"
    case .impossibleWeight(let file, let kind, let bits):
      "\(file): \(bits) bits for “\(kind.rawValue)” cannot be; give a number from -64 to 64"
    case .wrongSign(let file, let kind, let bits):
      kind.direction == .forPurpose
        ? "\(file): “\(kind.rawValue)” is evidence for a purpose, so that it cannot weigh \(bits) bits; give 0 or less"
        : "\(file): “\(kind.rawValue)” is evidence against a purpose, so that it cannot weigh \(bits) bits; give 0 or more"
    }
  }
}

extension DecodingError {
  var whatIsWrong: String {
    switch self {
    case .keyNotFound(let key, _): "“\(key.stringValue)” is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "“\(context.codingPath.map(\.stringValue).joined(separator: "."))” is of another kind than expected"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "it is no JSON"
        : "“\(context.codingPath.map(\.stringValue).joined(separator: "."))” cannot be read"
    @unknown default: "it cannot be read"
    }
  }
}
