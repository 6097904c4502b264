import Foundation
package import Statistics

/// How the judge errs on person-weeks and on sessions, as measured where the truth is known: what estimates of groups are
/// corrected by.
package struct PrevalenceErrors: Hashable, Sendable, Codable {
  /// Of the policy whose scores these are; another policy has other errors.
  package var policy: String
  /// Such as "on simulated organisations".
  package var measuredOn: String
  package var weeks: JudgeErrors
  package var sessions: JudgeErrors

  package init(policy: String, measuredOn: String, weeks: JudgeErrors, sessions: JudgeErrors) {
    self.policy = policy
    self.measuredOn = measuredOn
    self.weeks = weeks
    self.sessions = sessions
  }

  /// Those that were measured of the built-in policy; `nil` for another one.
  ///
  /// - Throws: Only if the file in the sources is invalid, which the tests exclude.
  package static func builtIn(for policy: EvidencePolicy) throws -> PrevalenceErrors? {
    let errors = try JSONDecoder().decode(
      PrevalenceErrors?.self, from: Data(PackageResources.prevalence_json))
    return policy.judges(as: try EvidencePolicy.builtIn()) ? errors : nil
  }

  /// An organisation's own, as `assay arena fit` writes them beside a policy.
  ///
  /// - Throws: ``EvidencePolicyError`` for what is no such file, or was measured of another policy.
  package static func file(
    at path: String, for policy: EvidencePolicy
  ) throws(EvidencePolicyError) -> PrevalenceErrors {
    guard let bytes = FileManager.default.contents(atPath: path) else { throw .unreadable(file: path) }
    let errors: PrevalenceErrors
    do {
      errors = try JSONDecoder().decode(PrevalenceErrors.self, from: bytes)
    } catch let error as DecodingError {
      throw .malformed(file: path, reason: error.whatIsWrong)
    } catch {
      throw .malformed(file: path, reason: "it is no JSON")
    }
    guard errors.policy == policy.version else {
      throw .otherErrors(file: path, measured: errors.policy, wanted: policy.version)
    }
    return errors
  }
}
