import Ledger

/// Counts tokens as a provider would: the context grows, is cached, and expires.
struct Meter: Sendable {
  enum Provider: Sendable {
    case anthropic(Lifetime)
    case openAI
    case gemini
  }

  /// How long cached input lives.
  enum Lifetime: Sendable {
    case fiveMinutes, hour
    /// The system prompt an hour, the rest five minutes.
    case both
  }

  let provider: Provider
  private let system: Int64
  private var context: Int64 = 0
  private var pending: Int64 = 0
  private var last: Instant?
  private var chance: Chance

  init(provider: Provider, chance: Chance) {
    self.provider = provider
    self.chance = chance
    system = self.chance.int64(14_200...19_800)
  }

  /// What the tool adds to the context: a prompt, a file, a command's output.
  mutating func add(bytes: Int) { pending += Int64(bytes) * 10 / 34 + 12 }

  /// The call's counts, and the time it takes to answer.
  mutating func call(at now: Instant, thinkingBytes: Int, answerBytes: Int) -> (TokenCounts, Duration) {
    let thinking = Int64(thinkingBytes) * 10 / 31
    let output = Int64(answerBytes) * 10 / 33 + chance.int64(9...64) + thinking
    let first = last == nil
    let idle = last.map { now - $0 } ?? .zero
    last = now
    let fresh = pending + (first ? system : 0)
    var counts = TokenCounts(output: output)
    switch provider {
    case .anthropic(let lifetime):
      counts.input = chance.int64(2...14)
      let life: Duration = if case .fiveMinutes = lifetime { .minutes(5) } else { .hours(1) }
      // Another session of the day has often left the system prompt in the cache.
      let warm = first && chance.happens(55) ? system * 8 / 10 : 0
      let read = first ? warm : (idle > life ? 0 : context)
      let write = context + fresh - read
      counts.cacheRead = read
      switch lifetime {
      case .fiveMinutes: (counts.cacheWrite5m, counts.cacheWrite1h) = (write, 0)
      case .hour: (counts.cacheWrite5m, counts.cacheWrite1h) = (0, write)
      case .both:
        let long = first ? min(write, system - warm) : 0
        (counts.cacheWrite5m, counts.cacheWrite1h) = (write - long, long)
      }
    case .openAI:
      let prompt = context + fresh
      let read = first ? 0 : context / 128 * 128
      counts.input = prompt - read
      counts.cacheRead = read
      counts.cacheWrite5m = 0
      counts.reasoning = thinking
    case .gemini:
      let prompt = context + fresh
      let read = first ? 0 : context * Int64(chance.int(88...99)) / 100
      counts.input = prompt - read
      counts.cacheRead = read
      counts.reasoning = thinking
    }
    context += fresh + output
    pending = 0
    return (counts, .milliseconds(1400 + output * 13))
  }

  /// The call that compacts the context: it reads all of it and leaves a summary.
  mutating func compact() -> (counts: TokenCounts, before: Int64, after: Int64) {
    let before = context
    let summary = chance.int64(1800...3100)
    context = system + summary
    let counts = TokenCounts(
      input: chance.int64(2...9), cacheRead: before, cacheWrite5m: chance.int64(180...420), cacheWrite1h: 0,
      output: summary)
    return (counts, before, context)
  }

  /// What was billed of a stream before it was cut.
  mutating func cut() -> TokenCounts {
    TokenCounts(
      input: chance.int64(2...14), cacheRead: context, cacheWrite5m: pending, cacheWrite1h: 0,
      output: chance.int64(8...60))
  }
}
