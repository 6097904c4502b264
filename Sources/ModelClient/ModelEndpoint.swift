package import ServiceSettings

/// Where a model is asked, for what, and within which bounds: a provider, or Assay's gateway with a virtual key in the
/// provider's place. Prints without its credential.
package struct ModelEndpoint: Sendable {
  package var format: WireFormat
  /// Scheme, host and port, and the path before ``WireFormat/path`` if there is one; checked.
  package let base: String
  /// For errors and logs: host and port.
  package let host: String
  /// Sent as `x-api-key` for Messages and as a bearer token for the others; `nil` for a model that asks for none.
  package var credential: Credential?
  package var model: String
  /// What the model may write in one answer, reasoning included.
  package var maxOutputTokens: Int
  /// What the model can read and write in one call, by its provider's word.
  package var windowTokens: Int
  package var reasoning = Reasoning.none
  package var cacheLifetime = CacheLifetime.fiveMinutes
  package var chat = ChatFlavour.openAI
  /// Sent with every request, beside what the format demands; none of them secret.
  package var headers: [String: String] = [:]
  package var bounds = Bounds()

  /// How much a model may think before it answers.
  package enum Reasoning: Hashable, Sendable, Codable {
    /// Nothing is asked for: the model's own default.
    case none
    case effort(Effort)
    /// Messages only: at most so many tokens, for models that take no effort.
    case budget(tokens: Int)

    package enum Effort: String, Hashable, Sendable, Codable, CaseIterable { case low, medium, high }
  }

  /// How long what Messages is asked to keep of a prompt is kept; written at 1.25 times the price of input, or twice.
  package enum CacheLifetime: String, Hashable, Sendable, Codable, CaseIterable {
    case fiveMinutes = "5m"
    case oneHour = "1h"
  }

  /// Whose Chat Completions it is.
  package enum ChatFlavour: String, Hashable, Sendable, Codable, CaseIterable {
    case openAI
    /// A server that speaks it and may refuse what is OpenAI's own: `max_tokens` in place of
    /// `max_completion_tokens`, and no `prompt_cache_key`.
    case compatible
  }

  /// What one answer may take.
  package struct Bounds: Hashable, Sendable {
    /// For one attempt, from the request to the last byte.
    package var patience = Duration.seconds(900)
    /// Without a byte. Models that reason may be silent for minutes.
    package var silence = Duration.seconds(300)
    package var attempts = 4
    /// The longest that is waited before the next attempt, where the provider says how long and where it does not.
    package var longestPause = Duration.seconds(120)
    package var longestOwnPause = Duration.seconds(20)
    package var answerBytes = 16 << 20
    /// Calls beyond these are refused, each with an error for the model.
    package var calls = 32
    /// Of one call's arguments, as JSON text.
    package var argumentBytes = 256 << 10

    package init() {}
  }

  /// - Throws: ``ModelError`` of kind `invalidEndpoint`: not an address, a secret in it, or plain HTTP to another machine.
  package init(
    _ format: WireFormat, base: String, credential: Credential?, model: String, maxOutputTokens: Int,
    windowTokens: Int
  ) throws(ModelError) {
    let checked = try BaseAddress(base)
    self.format = format
    self.base = checked.root
    self.host = checked.host
    self.credential = credential
    self.model = model
    self.maxOutputTokens = max(1, maxOutputTokens)
    self.windowTokens = max(1, windowTokens)
  }

  package var url: String { base + format.path }
}

/// An address that a model may be asked at.
struct BaseAddress {
  var root: String
  var host: String

  init(_ text: String) throws(ModelError) {
    do throws(ServiceAddress.Refusal) {
      let address = try ServiceAddress(text)
      host = address.host
      // Clients of OpenAI's are given the address with it, those of Anthropic's without.
      root = address.root.hasSuffix("/v1") ? String(address.root.dropLast(3)) : address.root
    } catch {
      throw ModelError(.invalidEndpoint, "The address of the model is not usable: \(error.reason).")
    }
  }
}
