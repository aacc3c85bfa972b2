extension RawRepresentable<String> where Self: CaseIterable {
  /// The case of that name in a JSON text.
  ///
  /// - Throws: `DecodingError` that lists the names, in place of the library's, which shows a type.
  package static func named(_ name: String, _ decoder: any Decoder) throws -> Self {
    if let found = Self(rawValue: name) { return found }
    let names = allCases.map(\.rawValue)
    throw DecodingError.dataCorrupted(
      .init(
        codingPath: decoder.codingPath,
        debugDescription:
          "“\(Wording.line(name))” is none of \(names.joined(separator: ", "))"))
  }
}
