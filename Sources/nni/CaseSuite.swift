import ArgumentParser
import Foundation
import NNInterpretability

/// Many attributions from a JSON list, for checks against reference values.
struct CaseSuite {
  /// One entry of the list; what only the check needs is left unread.
  struct Case: Decodable {
    let id: String
    let model: String
    let input: String
    let method: String
    let options: [String: OptionValue]?
    let target: [Int]?
  }

  private let cases: [Case]
  private let tensors: SafetensorsFile
  private let folder: URL

  /// Reads the list and opens the tensors; models lie in paths relative to the list.
  init(cases url: URL, tensors tensorsURL: URL) throws {
    do {
      cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: url))
    } catch {
      throw InterpretabilityError(
        .invalidFile,
        "\(url.path) is not a JSON list of cases with id, model, input, method, options and target",
        cause: error)
    }
    tensors = try SafetensorsFile(contentsOf: tensorsURL)
    folder = url.deletingLastPathComponent()
  }

  /// Runs every case and writes the results under their ids.
  ///
  /// - Throws: `ExitCode` 1 when a case failed; the others are written.
  func run(_ computation: ComputationArguments, output: URL) throws {
    var models: [String: Model] = [:]
    var results: [(String, Tensor)] = []
    var failures = 0
    for (index, item) in cases.enumerated() {
      Terminal.progress(item.id, index + 1, of: cases.count)
      do {
        let model = try models[item.model] ?? open(item.model, computation)
        models[item.model] = model
        results.append((item.id, try result(of: item, model, computation.dtype.dtype)))
      } catch {
        failures += 1
        Terminal.report("nni: case \(item.id): \(error)")
      }
    }
    Terminal.clearProgress()
    try SafetensorsFile.write(
      tensors: results, metadata: ["dtype": computation.dtype.rawValue], to: output)
    print("\(results.count) of \(cases.count) cases done")
    if failures > 0 { throw ExitCode(1) }
  }

  /// Options with those whose name ends in `-key` replaced by the tensors that they name.
  static func resolved(
    _ options: [String: OptionValue], from tensors: SafetensorsFile, for model: Model
  ) throws -> [String: OptionValue] {
    var resolved: [String: OptionValue] = [:]
    for (name, value) in options {
      if name.hasSuffix("-key"), case .text(let key) = value {
        let tensor = try tensors[key]
        resolved[String(name.dropLast(4))] = .tensor(
          try tensor.rank == 4 ? model.channelsFirst(tensor) : tensor, name: key)
      } else {
        resolved[name] = value
      }
    }
    return resolved
  }

  private func open(_ path: String, _ computation: ComputationArguments) throws -> Model {
    let url = path.hasPrefix("/") ? URL(filePath: path) : folder.appending(path: path)
    return try computation.apply(to: Model(contentsOf: url))
  }

  private func result(of item: Case, _ model: Model, _ dtype: DType) throws -> Tensor {
    let input = try model.channelsFirst(tensors[item.input]).converted(to: dtype)
    if item.method == "forward" { return try model(input) }
    let method = try Catalog.method(
      item.method, Self.resolved(item.options ?? [:], from: tensors, for: model))
    let result = try method.attribute(
      model, input: input, target: item.target.map(Target.classes) ?? .predicted)
    return try model.mapInFileOrder(result.map, of: result)
  }
}
