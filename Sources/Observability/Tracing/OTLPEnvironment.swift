import Foundation

/// Reads `OTLPConfiguration` from environment variables and collects what it could not read.
struct EnvironmentReader {
  let environment: [String: String]
  var warnings: [String] = []

  init(environment: [String: String]) { self.environment = environment }

  /// An empty value is as good as none, by the specification.
  func value(_ names: String...) -> String? {
    for name in names {
      if let text = environment[name]?.trimmingCharacters(in: .whitespaces), !text.isEmpty { return text }
    }
    return nil
  }

  mutating func configuration(serviceName: String, serviceVersion: String?) -> OTLPConfiguration? {
    if let text = value("OTEL_SDK_DISABLED")?.lowercased() {
      if text == "true" { return nil }
      if text != "false" {
        warnings.append("OTEL_SDK_DISABLED must be true or false; anything else means false.")
      }
    }
    switch value("OTEL_TRACES_EXPORTER") {
    case nil, "otlp": break
    case "none": return nil
    case .some: warnings.append("OTEL_TRACES_EXPORTER knows otlp and none here; otlp is used.")
    }
    guard let endpoint = endpoint() else { return nil }
    remarkProtocol()
    var result = OTLPConfiguration(
      tracesEndpoint: endpoint, headers: headers(),
      resource: resource(serviceName: serviceName, serviceVersion: serviceVersion),
      sampler: .read(
        name: value("OTEL_TRACES_SAMPLER"), argument: value("OTEL_TRACES_SAMPLER_ARG"), warnings: &warnings))
    let timeout = number("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT") ?? number("OTEL_EXPORTER_OTLP_TIMEOUT")
    result.timeout = .milliseconds(timeout ?? 10_000)
    result.queue.delay = .milliseconds(number("OTEL_BSP_SCHEDULE_DELAY") ?? 5_000)
    result.queue.most = number("OTEL_BSP_MAX_QUEUE_SIZE") ?? 2_048
    result.queue.batch = min(number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE") ?? 512, result.queue.most)
    return result
  }

  /// The signal's own address is used as it is; the common one is a base.
  private mutating func endpoint() -> String? {
    if let text = value("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") {
      guard var parts = address(text, of: "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") else { return nil }
      if parts.path.isEmpty { parts.path = "/" }
      return parts.string
    }
    guard let text = value("OTEL_EXPORTER_OTLP_ENDPOINT"),
      var parts = address(text, of: "OTEL_EXPORTER_OTLP_ENDPOINT")
    else { return nil }
    parts.percentEncodedPath += (parts.percentEncodedPath.hasSuffix("/") ? "" : "/") + "v1/traces"
    return parts.string
  }

  private mutating func address(_ text: String, of name: String) -> URLComponents? {
    if let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
      ["http", "https"].contains(parts.scheme?.lowercased() ?? ""), parts.user == nil
    {
      return parts
    }
    warnings.append(
      "\(name) must be an address such as http://localhost:4318, without a user name in it; traces are not exported."
    )
    return nil
  }

  private mutating func remarkProtocol() {
    let wanted = value("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
    if let wanted, wanted != "http/json" {
      warnings.append("OTEL_EXPORTER_OTLP_PROTOCOL “\(wanted)” is not spoken here; traces go as http/json.")
    }
    let compression = value("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "OTEL_EXPORTER_OTLP_COMPRESSION")
    if let compression, compression != "none" {
      warnings.append(
        "OTEL_EXPORTER_OTLP_COMPRESSION “\(compression)” is not done here; traces go uncompressed.")
    }
  }

  private mutating func headers() -> [(String, String)] {
    guard let text = value("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS") else {
      return []
    }
    var result: [(String, String)] = []
    for (name, value) in pairs(text).entries where Self.isToken(name) && Self.isFieldValue(value) {
      result.append((name, value))
    }
    let stated = text.split(separator: ",").count
    if result.count != stated {
      // The text itself may hold a credential, so it is not repeated.
      warnings.append(
        "OTEL_EXPORTER_OTLP_HEADERS: \(stated - result.count) of \(stated) entries are not name=value.")
    }
    return result
  }

  private mutating func resource(serviceName: String, serviceVersion: String?) -> [String: String] {
    var result = [
      "service.name": serviceName, "telemetry.sdk.language": "swift", "telemetry.sdk.name": "assay",
    ]
    result["service.version"] = serviceVersion
    if let text = value("OTEL_RESOURCE_ATTRIBUTES") {
      let (entries, isWhole) = pairs(text)
      if isWhole {
        for (name, value) in entries { result[name] = value }
      } else {
        warnings.append("OTEL_RESOURCE_ATTRIBUTES is not a list of name=value; it is ignored.")
      }
    }
    if let name = value("OTEL_SERVICE_NAME") { result["service.name"] = name }
    return result
  }

  /// `name=value,name=value` with percent-encoding, as in W3C Baggage, and whether all of it was.
  private func pairs(_ text: String) -> (entries: [(String, String)], isWhole: Bool) {
    var result: [(String, String)] = []
    var isWhole = true
    for entry in text.split(separator: ",") {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces).removingPercentEncoding }
      if parts.count == 2, let name = parts[0], let value = parts[1], !name.isEmpty {
        result.append((name, value))
      } else {
        isWhole = false
      }
    }
    return (result, isWhole)
  }

  private mutating func number(_ name: String) -> Int? {
    guard let text = value(name) else { return nil }
    guard let number = Int(text), (1...86_400_000).contains(number) else {
      warnings.append("\(name) must be a whole number above zero, not “\(text)”; the usual value is used.")
      return nil
    }
    return number
  }

  private static func isToken(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  private static func isFieldValue(_ value: String) -> Bool {
    value.unicodeScalars.allSatisfy { $0 == "\t" || (0x20...0x7e).contains($0.value) }
  }
}
