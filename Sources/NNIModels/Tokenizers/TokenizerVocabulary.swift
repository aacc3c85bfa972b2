/// Tokens and their ids, told apart by their bytes.
struct TokenizerVocabulary: Sendable {
  private(set) var ids: [[UInt8]: Int] = [:]

  /// Reads `{"token": id, …}`.
  init(_ members: [TokenizerJSON.Member], _ place: String) throws {
    ids.reserveCapacity(members.count)
    for member in members {
      guard let id = TokenizerFields.number(member.value) else {
        throw InterpretabilityError(
          .invalidFile, "\(place): the token “\(member.name)” has no whole number from 0 as its id")
      }
      ids[Array(member.name.utf8)] = id
    }
    try requireShort(place)
  }

  /// Tokens in the order of their ids.
  init(_ tokens: [String], _ place: String) throws {
    for (id, token) in tokens.enumerated() { ids[Array(token.utf8)] = id }
    try requireShort(place)
  }

  /// Time grows with the longest token, so that there is a limit to it.
  private func requireShort(_ place: String) throws {
    guard let long = ids.keys.first(where: { $0.count > Self.lengthLimit }) else { return }
    throw InterpretabilityError(
      .unsupported, "\(place): a token has \(long.count) bytes, more than \(Self.lengthLimit)")
  }

  /// The most bytes of a token.
  static let lengthLimit = 1024

  subscript(token: some Sequence<UInt8>) -> Int? { ids[Array(token)] }
  subscript(token: String) -> Int? { ids[Array(token.utf8)] }

  /// The tokens `<0x00>` … of a sequence of bytes, if all are there.
  func byteTokens(_ bytes: some Sequence<UInt8>) -> [Int]? {
    var result: [Int] = []
    for byte in bytes {
      let digits = String(byte, radix: 16, uppercase: true)
      guard let id = self["<0x\(digits.count < 2 ? "0" : "")\(digits)>"] else { return nil }
      result.append(id)
    }
    return result
  }
}

/// A token of a piece: its id and its bytes in it.
struct PieceToken: Hashable {
  let id: Int
  let bytes: Range<Int>
}

/// How the pieces become tokens.
protocol TokenizerModel: Sendable {
  /// The tokens of a piece.
  func tokens(of piece: [UInt8]) throws -> [PieceToken]

  /// All tokens and their ids.
  var vocabulary: TokenizerVocabulary { get }
}
