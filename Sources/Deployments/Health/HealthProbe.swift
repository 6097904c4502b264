/// Asks a service once whether it is well.
package protocol HealthProbe: Sendable {
  func probe() async -> HealthSample
}
