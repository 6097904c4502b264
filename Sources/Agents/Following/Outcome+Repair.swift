import Deployments
package import Journal

extension Outcome {
  /// Whether it only made good what another had done: neither work that held nor work that did not.
  package var isRepair: Bool { kind == DeploymentSubject.rollbackKind }
}
