import Foundation
import NNInterpretability

/// Answers requests about one network and one input until its standard input ends.
///
/// `BenchmarkWorker MODEL INPUT.safetensors THREADS`. A request is a line:
///
/// | request | answer |
/// |---|---|
/// | `run METHOD` | the seconds that it took |
/// | `save METHOD PATH` | the map's tensor `map` is in PATH; the answer is its shape |
/// | `precision full` or `precision bfloat16` | itself; layers multiply so from now on |
/// | `class INDEX` | itself; this class is explained from now on, at first the predicted one |
/// | `peak` | the largest resident set so far, in MiB |
/// | `version` | libtorch's version |
///
/// METHOD is `forward`, or a method of the catalogue with options, `NAME:option=value,…`. A request
/// that fails is answered with `failed: ` and why.
@main
struct BenchmarkWorker {
  var model: Model
  let input: Tensor
  var target = Target.predicted

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let threads = Int(arguments[3]), threads > 0 else {
      throw InterpretabilityError(
        .invalidOption, "usage: BenchmarkWorker MODEL INPUT.safetensors THREADS")
    }
    Torch.setThreadCount(threads)
    var worker = BenchmarkWorker(
      model: try Model(contentsOf: URL(filePath: arguments[1])),
      input: try SafetensorsFile(contentsOf: URL(filePath: arguments[2]))["input"])
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      do {
        print(try worker.answer(words))
      } catch {
        print("failed: \(error)")
      }
      fflush(nil)
    }
  }

  private mutating func answer(_ words: [String]) throws -> String {
    switch (words.first, words.count) {
    case ("run", 2):
      let explain = try explanation(words[1])
      return "\(try ContinuousClock().measure { _ = try explain() } / .seconds(1))"
    case ("save", 3):
      let map = try explanation(words[1])()
      try SafetensorsFile.write(tensors: [("map", map)], to: URL(filePath: words[2]))
      return "\(map.shape)"
    case ("precision", 2):
      guard let precision = ProductPrecision(rawValue: words[1]), precision.isAvailable else {
        throw InterpretabilityError(.invalidOption, "\(words[1]) is not to be had here")
      }
      model.productPrecision = precision
      return precision.rawValue
    case ("class", 2):
      guard let index = Int(words[1]) else {
        throw InterpretabilityError(.invalidOption, "“\(words[1])” is no class")
      }
      target = .class(index)
      return words[1]
    case ("peak", 1): return try peak()
    case ("version", 1): return Torch.version
    default: throw InterpretabilityError(.invalidOption, "“\(words)” is no request")
    }
  }

  /// What computes the map of a method.
  private func explanation(_ text: String) throws -> () throws -> Tensor {
    if text == "forward" { return { try model(input) } }
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    let settings = parts.dropFirst().flatMap { $0.split(separator: ",") }.map {
      $0.split(separator: "=", maxSplits: 1).map(String.init)
    }
    let options = settings.map { ($0[0], OptionValue.text($0.dropFirst().joined())) }
    let method = try Catalog.method(parts[0], Dictionary(uniqueKeysWithValues: options))
    return { try method.attribute(model, input: input, target: target).map }
  }

  private func peak() throws -> String {
    let status = try String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap {
      Double($0)
    }
    return "\((kibibytes ?? 0) / 1024)"
  }
}
