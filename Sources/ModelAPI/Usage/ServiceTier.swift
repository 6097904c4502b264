import Ledger

/// The tiers as the providers name them where they say how a call was served.
enum ServiceTier {
  /// `nil` for names that say nothing of the price.
  static func tier(_ name: [UInt8]) -> UsageRecord.Service.Tier? {
    switch String(decoding: name, as: UTF8.self).lowercased() {
    case "standard", "default", "on_demand": .standard
    case "priority", "fast", "on_demand_priority": .priority
    case "flex", "on_demand_flex": .flex
    case "batch": .batch
    default: nil
    }
  }
}
