import ArgumentParser
import Foundation
import NNIImages
import NNInterpretability

/// Many attributions from a JSON list, for checks against reference values.
struct CaseSuite {
  private let cases: [CaseSlot]
  private let tensors: SafetensorsFile
  private let tensorsPath: String
  private let folder: URL

  /// Reads the list and opens the tensors; models lie in paths relative to the list.
  init(cases url: URL, tensors tensorsURL: URL) throws {
    FilesRead.note(url.path)
    do {
      cases = try JSONDecoder().decode([CaseSlot].self, from: Data(contentsOf: url))
    } catch {
      throw InterpretabilityError(
        .invalidFile,
        "\(url.path) is not a JSON list of cases with id, model, input, method, options and target",
        cause: error)
    }
    tensors = try SafetensorsFile(contentsOf: tensorsURL)
    tensorsPath = tensorsURL.path
    folder = url.deletingLastPathComponent()
  }

  /// Runs every case and writes the results under their ids, and what became of the score under the id and `/ledger`
  /// for cases that list its rows.
  ///
  /// - Throws: `ExitCode` 1 when a case failed; the others are written.
  func run(_ computation: ComputationArguments, output: URL) throws {
    try OutputPlace.checkFile(output.path)
    var models: [String: Model] = [:]
    var results: [(String, Tensor)] = []
    var (done, failures) = (0, 0)
    var taken: Set<String> = []
    let line = ProgressLine()
    try line.watching {
      try Computation.forEach(Array(cases.enumerated())) { index, slot in
        let id = slot.id ?? "number \(index + 1)"
        line.show(id, index + 1, of: cases.count)
        do {
          let item = try slot.item.get()
          guard taken.insert(id).inserted else {
            throw InterpretabilityError(
              .invalidOption, "its id is an earlier case's; give each its own")
          }
          let name = item.output.isEmpty ? item.model : "\(item.model)#\(item.output)"
          let model = try models[name] ?? open(item.model, output: item.output, computation)
          models[name] = model
          let (map, rows) = try result(of: item, model, computation.dtype.dtype)
          results.append((item.id, map))
          done += 1
          if !item.ledger.isEmpty {
            results.append(("\(item.id)/ledger", try Self.table(item.ledger, rows)))
          }
        } catch {
          failures += 1
          Terminal.report("nni: case \(id): \(PlainWords.sentence(error))")
        }
      }
    }
    try SafetensorsFile.write(
      tensors: results, metadata: ["dtype": computation.dtype.rawValue], to: output)
    print("\(done) of \(cases.count) cases done")
    if failures > 0 { throw ExitCode(1) }
  }

  private func open(
    _ path: String, output: String, _ computation: ComputationArguments
  ) throws -> Model {
    let url = path.hasPrefix("/") ? URL(filePath: path) : folder.appending(path: path)
    return try computation.apply(to: Model(contentsOf: url, output: output))
  }

  private func result(
    of item: AttributionCase, _ model: Model, _ dtype: DType
  ) throws -> (map: Tensor, rows: [Ledger.Row]) {
    if !model.inputs.isEmpty { return try result(ofSeveral: item, model, dtype) }
    let key = try item.inputs.isEmpty ? item.input : onlyInput(of: item, model)
    let input = try model.channelsFirst(tensors[key]).converted(to: dtype)
    if item.method == "forward" { return (try model(input), []) }
    let named = try OptionFiles(item.options, tensors: (tensors, tensorsPath), for: model)
    let method = try Catalog.method(item.method, named.options)
    let result = try method.attribute(
      model, input: input, target: item.target.target(tensors))
    return (try model.mapInFileOrder(result.map, of: result), result.ledger.rows)
  }

  /// The tensor of the one input that the output depends on, of a case that names all inputs of the file.
  private func onlyInput(of item: AttributionCase, _ model: Model) throws -> String {
    let name = try model.onlyInput(among: item.inputs.keys)
    guard item.of.isEmpty || item.of == name else {
      throw InterpretabilityError(
        .invalidInput, "the output does not depend on the input “\(item.of)”")
    }
    return item.inputs[name] ?? ""
  }

  /// The rows of those names as columns, `[N, names]`.
  private static func table(_ names: [String], _ rows: [Ledger.Row]) throws -> Tensor {
    let columns = try names.map { name in
      guard let row = rows.first(where: { $0.name == name }) else {
        throw InterpretabilityError(
          .invalidOption,
          "the ledger has no row “\(name)”; it has " + rows.map(\.name).joined(separator: ", "))
      }
      return row.values
    }
    let samples = columns[0].count
    return try Tensor(
      (0..<samples).flatMap { sample in columns.map { $0[sample] } },
      shape: [samples, names.count], dtype: .float64)
  }

  /// The map of one of several inputs.
  private func result(
    ofSeveral item: AttributionCase, _ model: Model, _ dtype: DType
  ) throws -> (map: Tensor, rows: [Ledger.Row]) {
    var values: [String: Tensor] = [:]
    for (name, key) in item.inputs { values[name] = try tensors[key] }
    if values.isEmpty, model.inputs.count == 1 {
      values[model.inputs[0].name] = try tensors[item.input]
    }
    if item.method == "forward" { return (try model(values), []) }
    let named = try OptionFiles(item.options, tensors: (tensors, tensorsPath), for: model)
    let name = item.of.isEmpty && model.inputs.count == 1 ? model.inputs[0].name : item.of
    let answer = try InputQuestion(model, inputs: values, of: name).attribute(
      item.method, named.options, target: item.target.target(tensors))
    return (answer.map, answer.rows)
  }
}
