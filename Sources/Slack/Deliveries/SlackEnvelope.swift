import Effects
package import Foundation

/// A message of Socket Mode's (docs.slack.dev/apis/events-api/using-socket-mode).
package enum SlackEnvelope: Hashable, Sendable {
  /// The connection is up.
  case hello
  /// The connection is about to end, or has to.
  case disconnect(Disconnect)
  /// To be acknowledged by the envelope's id once it is persisted. `nil` in place of a reading: it cannot be read, and will
  /// not be readable when it comes again.
  case payload(id: String, SlackReading?)
  /// A type that is not known and asks for no acknowledgement.
  case other(String)

  package enum Disconnect: Hashable, Sendable {
    /// Within about ten seconds.
    case warning
    /// Now: connections live for some hours.
    case refresh
    /// Socket Mode was switched off in the app's settings.
    case linkDisabled
    case other
  }

  package init(_ bytes: Data) throws(SlackUnreadable) {
    let json = try SlackReading.json(bytes)
    guard let type = json["type"]?.string else { throw SlackUnreadable("its type is missing") }
    switch type {
    case "hello":
      self = .hello
      return
    case "disconnect":
      self =
        switch json["reason"]?.string {
        case "warning": .disconnect(.warning)
        case "refresh_requested": .disconnect(.refresh)
        case "link_disabled": .disconnect(.linkDisabled)
        default: .disconnect(.other)
        }
      return
    default: break
    }
    guard let id = json["envelope_id"]?.string, !id.isEmpty, id.utf8.count <= 200 else {
      self = .other(String(type.prefix(100)))
      return
    }
    let payload = json["payload"] ?? .null
    let reading: SlackReading?
    do throws(SlackUnreadable) {
      reading =
        switch type {
        case "events_api": try SlackReading(event: payload)
        case "interactive": try SlackReading(interaction: payload)
        case "slash_commands": try SlackReading(command: payload)
        default: .passedOver(.other(String(type.prefix(100))))
        }
    } catch {
      reading = nil
    }
    self = .payload(id: id, reading)
  }

  /// What Slack wants to hear of an envelope.
  package static func acknowledgement(of id: String) -> String {
    JSON.object(["envelope_id": .string(id)]).canonical
  }
}
