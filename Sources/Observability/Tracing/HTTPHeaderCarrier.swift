import Instrumentation
package import NIOHTTP1

/// Reads trace headers from HTTP headers. A name that comes more than once has its values joined, as RFC 9110 says:
/// for `tracestate` that is its meaning, and two `traceparent`s become one invalid one, as the recommendation wants.
package struct HTTPHeaderExtractor: Extractor {
  package init() {}

  package func extract(key: String, from carrier: HTTPHeaders) -> String? {
    let values = carrier[key]
    return values.count > 1 ? values.joined(separator: ",") : values.first
  }
}

/// Writes trace headers into HTTP headers, in place of those that are there.
package struct HTTPHeaderInjector: Injector {
  package init() {}

  package func inject(_ value: String, forKey key: String, into carrier: inout HTTPHeaders) {
    carrier.replaceOrAdd(name: key, value: value)
  }
}
