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

  /// Runs every case and writes the results under their ids.
  ///
  /// - Throws: `ExitCode` 1 when a case failed; the others are written.
  func run(_ computation: ComputationArguments, output: URL) throws {
    try OutputPlace.checkFile(output.path)
    var models: [String: Model] = [:]
    var results: [(String, Tensor)] = []
    var failures = 0
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
          results.append((item.id, try result(of: item, model, computation.dtype.dtype)))
        } catch {
          failures += 1
          Terminal.report("nni: case \(id): \(PlainWords.sentence(error))")
        }
      }
    }
    try SafetensorsFile.write(
      tensors: results, metadata: ["dtype": computation.dtype.rawValue], to: output)
    print("\(results.count) of \(cases.count) cases done")
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
  ) throws -> Tensor {
    if !model.inputs.isEmpty { return try result(ofSeveral: item, model, dtype) }
    guard item.inputs.isEmpty else {
      throw InterpretabilityError(
        .invalidInput, "the model has one input; name its tensor by “input”")
    }
    let input = try model.channelsFirst(tensors[item.input]).converted(to: dtype)
    if item.method == "forward" { return try model(input) }
    let named = try OptionFiles(item.options, tensors: (tensors, tensorsPath), for: model)
    let method = try Catalog.method(item.method, named.options)
    let result = try method.attribute(
      model, input: input, target: item.target.target(tensors))
    return try model.mapInFileOrder(result.map, of: result)
  }

  /// The map of one of several inputs.
  private func result(
    ofSeveral item: AttributionCase, _ model: Model, _ dtype: DType
  ) throws -> Tensor {
    var values: [String: Tensor] = [:]
    for (name, key) in item.inputs { values[name] = try tensors[key] }
    if values.isEmpty, model.inputs.count == 1 {
      values[model.inputs[0].name] = try tensors[item.input]
    }
    if item.method == "forward" { return try model(values) }
    let named = try OptionFiles(item.options, tensors: (tensors, tensorsPath), for: model)
    let name = item.of.isEmpty && model.inputs.count == 1 ? model.inputs[0].name : item.of
    return try InputQuestion(model, inputs: values, of: name).attribute(
      item.method, named.options, target: item.target.target(tensors)
    ).map
  }
}
