#if canImport(FoundationEssentials)
import NNIModels
import FoundationEssentials
#else
import Foundation
#endif

/// The only script that a page lets run, and the data that it reads.
struct PageScript {
  /// The program.
  let source: String
  /// JSON in an element of the identifier `data`.
  let data: String

  /// As the content security policy names it.
  ///
  /// World Wide Web Consortium 2016, *Content Security Policy Level 3*, section 2.3.1: the base64 of the
  /// digest's bytes.
  var policy: String {
    let digits = Array(SHA256.hexDigest(of: Data(source.utf8)).utf8)
    let bytes = stride(from: 0, to: digits.count, by: 2).map { place in
      Self.value(digits[place]) << 4 | Self.value(digits[place + 1])
    }
    return "'sha256-\(Data(bytes).base64EncodedString())'"
  }

  var html: String {
    """
    <script type="application/json" id="data">\(data)</script>
    <script>\(source)</script>

    """
  }

  private static func value(_ digit: UInt8) -> UInt8 {
    digit >= UInt8(ascii: "a") ? digit - UInt8(ascii: "a") + 10 : digit - UInt8(ascii: "0")
  }
}
