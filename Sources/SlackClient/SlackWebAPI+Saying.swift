package import Effects
package import Slack

extension SlackWebAPI {
  /// Posts what may be several messages, each part once: what an earlier, broken-off call of the same effect posted is found by
  /// its mark and stands, or is changed. In a channel the first begins a thread, and the others go on in it.
  ///
  /// - Parameters:
  ///   - since: From when on an earlier call may have posted, for ``find(_:in:since:pages:)``; `nil` if there was none.
  ///   - isChanging: Whether what is there is to say this now.
  /// - Throws: `uncertain` also for whatever goes wrong once a part stands, or where nobody can say whether one does.
  package func say(
    _ contents: [SlackContent], in place: SlackPlace, as effect: EffectID, since: String?,
    isChanging: Bool = false
  ) async throws(SlackFailure) -> [SlackMessageKey] {
    var keys: [SlackMessageKey] = []
    do throws(SlackFailure) {
      for (part, content) in contents.enumerated() {
        let mark = SlackMark(effect, part: part)
        let place = Self.place(of: part, after: keys.first, in: place)
        if let since {
          switch try await find(mark, in: place, since: since) {
          case .posted(let key):
            if isChanging { try await update(key, to: content, as: mark) }
            keys.append(key)
            continue
          case .cannotTell: throw SlackFailure.uncertain(method: "chat.postMessage")
          case .notThere: break
          }
        }
        keys.append(try await post(content, to: place, as: mark))
      }
      return keys
    } catch {
      throw keys.isEmpty ? error : .uncertain(method: "chat.postMessage")
    }
  }

  /// Which of the parts stand.
  ///
  /// - Returns: All of them; `nil` if one is missing.
  /// - Throws: `uncertain` if nobody can say.
  package func said(
    parts: Int, in place: SlackPlace, as effect: EffectID, since: String
  ) async throws(SlackFailure) -> [SlackMessageKey]? {
    var keys: [SlackMessageKey] = []
    for part in 0..<parts {
      let place = Self.place(of: part, after: keys.first, in: place)
      switch try await find(SlackMark(effect, part: part), in: place, since: since) {
      case .posted(let key): keys.append(key)
      case .notThere: return nil
      case .cannotTell: throw .uncertain(method: "chat.postMessage")
      }
    }
    return keys
  }

  private static func place(of part: Int, after first: SlackMessageKey?, in place: SlackPlace) -> SlackPlace {
    guard part > 0, let first else { return place }
    return SlackPlace(channel: place.channel, threadTS: place.threadTS ?? first.ts)
  }
}
