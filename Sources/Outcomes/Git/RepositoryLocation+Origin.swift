import Foundation
import Ledger

extension RepositoryLocation {
  /// The address of the remote `origin`, as the repository's own configuration has it, without user and password;
  /// `nil` if there is none, or it is a place on this machine.
  package var originAddress: String? {
    guard let data = FileManager.default.contents(atPath: gitDirectory + "/config"), data.count <= 1 << 20
    else {
      return nil
    }
    var isOrigin = false
    for line in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) {
      let text = line.trimmingCharacters(in: .whitespaces)
      if text.hasPrefix("[") {
        isOrigin = text.replacing(" ", with: "").lowercased().hasPrefix("[remote\"origin\"]")
      } else if isOrigin, let equals = text.firstIndex(of: "="),
        text[..<equals].trimmingCharacters(in: .whitespaces).lowercased() == "url"
      {
        let address = text[text.index(after: equals)...].trimmingCharacters(in: .whitespaces)
        return RemoteName.normalised(address).map { "https://" + $0 }
      }
    }
    return nil
  }
}
