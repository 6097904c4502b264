import ArgumentParser
import Foundation
import Surroundings

/// A list that somebody imports.
enum ListFile {
  /// In bytes.
  private static let longest = 64 << 20

  /// - Parameter file: `-` for standard input.
  static func bytes(of file: String) throws -> Data {
    do {
      let handle =
        file == "-"
        ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(filePath: GivenPath.absolute(file)))
      let data = try handle.read(upToCount: longest + 1) ?? Data()
      guard data.count <= longest else {
        throw ValidationError("The list \(file) is longer than \(longest >> 20) MiB.")
      }
      return data
    } catch let error as ValidationError {
      throw error
    } catch {
      throw ValidationError("The list \(file) cannot be read. Check that it is there and may be read.")
    }
  }
}
