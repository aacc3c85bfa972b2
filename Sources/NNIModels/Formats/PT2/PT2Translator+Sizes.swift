/// Extents that a program leaves open.
extension PT2Translator {
  /// Takes the open extents from the inputs' sizes.
  ///
  /// Extents that stand alone come first, then those of which another one is computed.
  mutating func set(_ sizes: OpenSizes) throws {
    var known = batchSymbols
    for pass in 0..<3 {
      for name in userInputs {
        guard let meta = program.module.graph.tensors[name], let shape = sizes.shapes[name] else {
          continue
        }
        var rest = shape[...]
        let samples = sampleAxis(of: meta.sizes, beside: shape)
        for (axis, size) in meta.sizes.enumerated() where axis != samples {
          guard let extent = rest.popFirst() else { break }
          if let symbol = size.symbol, pass == 0 {
            symbols[symbol] = extent
            known.insert(symbol)
          } else if pass == 1, let symbol = solvable(size, known) {
            guard
              let value = (1...max(extent, 1)).first(where: { value in
                size.value(symbols.merging([symbol: value]) { $1 }) == extent
              })
            else {
              throw InterpretabilityError(
                .invalidInput,
                "axis \(axis) of the input “\(name)” is \(extent), which the program's extents do not allow"
              )
            }
            symbols[symbol] = value
            known.insert(symbol)
          } else if pass == 2, let wanted = size.value(symbols), wanted != extent {
            throw InterpretabilityError(
              .invalidInput,
              "axis \(axis) of the input “\(name)” is \(extent); by the other extents it must be \(wanted)"
            )
          }
        }
      }
    }
  }

  /// The one extent that is not known yet, of which another one is computed.
  private func solvable(_ size: PT2Extent, _ known: Set<String>) -> String? {
    let open = size.symbols.subtracting(known)
    return open.count == 1 ? open.first : nil
  }

  /// The axis that the shape of a sample lacks.
  private func sampleAxis(of sizes: [PT2Extent], beside sample: [Int]) -> Int? {
    guard sizes.count == sample.count + 1 else { return nil }
    return sizes.firstIndex { $0.symbol.map(batchSymbols.contains) ?? false } ?? 0
  }

  /// The open extents of the example inputs, by inputs.
  var exampleSizes: OpenSizes {
    var result = OpenSizes()
    for info in graph.input {
      guard let meta = program.module.graph.tensors[info.name] else { continue }
      let samples =
        meta.sizes.firstIndex { $0.symbol.map(batchSymbols.contains) ?? false }
        ?? (info.type.tensorType.shape.dim.isEmpty ? nil : 0)
      result.shapes[info.name] = meta.sizes.enumerated().filter { $0.offset != samples }
        .compactMap { $0.element.value(symbols) }
    }
    return result
  }
}
