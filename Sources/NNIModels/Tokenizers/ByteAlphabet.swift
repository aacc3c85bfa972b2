/// The characters that byte-level tokenizers write bytes as.
enum ByteAlphabet {
  /// For each byte its character: itself where it can be seen, one from U+0100 on elsewhere.
  static let scalars: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (0..<256).map { byte -> Unicode.Scalar in
      if 0x21...0x7E ~= byte || 0xA1...0xAC ~= byte || 0xAE...0xFF ~= byte {
        return Unicode.Scalar(UInt8(byte))
      }
      defer { next += 1 }
      return Unicode.Scalar(next) ?? " "
    }
  }()

  /// Writes the bytes of a text in it.
  static func apply(to text: inout AlignedText) {
    text.transform(
      text.scalars.flatMap { scalar in
        UTF8.encode(scalar).map(Array.init).map {
          $0.enumerated().map { (scalars[Int($1)], $0 == 0 ? 0 : 1) }
        } ?? []
      })
  }
}
