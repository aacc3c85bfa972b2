import NNIModels
import Foundation
import NNITestSupport

/// Weights as `Tests/Fixtures/architectures/make.py` makes them.
enum FormulaWeights {
  /// What the fixture says of a network.
  struct Network: Decodable {
    let input: [Int]
    let parameters: [String: [Int]]
    /// What kernels and matrices are multiplied by; 1 where the fixture says nothing.
    let gain: Double?

    /// Height and width of its input; empty when that is no image.
    var imageSize: [Int] { input.count == 4 ? Array(input.suffix(2)) : [] }
  }

  static func networks() throws -> [String: Network] {
    let url = Fixture.url("architectures/shapes.json")
    return try JSONDecoder().decode([String: Network].self, from: Data(contentsOf: url))
  }

  /// A quadratic polynomial modulo a prime, in −1…1, in exact integer arithmetic.
  static func uniform(_ shape: [Int], key: Int) throws -> Tensor {
    let shifted = try Tensor.call("aten::add.Scalar", .tensor(squares()), .int(7919 * key))
    let residues = try Tensor.call("aten::remainder.Scalar", .tensor(shifted), .int(prime))
    let period = try residues.converted(to: .float64) / Double(prime) * 2 - 1
    let count = shape.reduce(1, *)
    let copies = (count + prime - 1) / prime
    return try Tensor.call("aten::repeat", .tensor(period), .ints([max(copies, 1)]))
      .narrowed(axis: 0, to: 0..<count).reshaped(shape)
  }

  /// What a network is given: numbers in −1…1; ids and a mask where it looks tokens up.
  static func input(of network: Network) throws -> Tensor {
    let numbers = try uniform(network.input, key: 12345)
    guard let words = network.parameters["embedding.weight"]?[0] else { return numbers }
    let (texts, tokens) = (network.input[0], network.input[1] / 2)
    let ids = try ((numbers + 1) / 2 * Double(words)).converted(to: .int64)
      .narrowed(axis: 1, to: 0..<tokens).converted(to: .float64)
    let mask = (0..<texts * tokens).map { $0 < tokens || $0 % tokens < 5 ? 1.0 : 0 }
    return try .concatenated([ids, Tensor(mask, shape: [texts, tokens])], axis: 1)
  }

  private static let prime = 65521

  /// `31 j² + 17 j` for all residues j.
  private static func squares() throws -> Tensor {
    let j = try Tensor.call(
      "aten::arange", .int(prime), .dtype(.int64))
    return try Tensor.call(
      "aten::mul.Tensor", .tensor(j),
      .tensor(
        .call(
          "aten::add.Scalar", .tensor(.call("aten::mul.Scalar", .tensor(j), .int(31))), .int(17))))
  }

  /// The state dict of a network, in float64.
  static func stateDict(_ network: Network) throws -> [String: Tensor] {
    var made: [String: Tensor] = [:]
    for (key, name) in network.parameters.keys.sorted().enumerated() {
      guard let shape = network.parameters[name] else { continue }
      let u = try uniform(shape, key: key)
      if name.hasSuffix("logit_scale") {
        made[name] = try 3 + 2 * u
      } else if shape.count > 1 {
        made[name] =
          try u * (6 / Double(shape.dropFirst().reduce(1, *))).squareRoot() * (network.gain ?? 1)
      } else if name.hasSuffix("running_var") {
        made[name] = try 1 + 0.5 * u
      } else if name.hasSuffix("weight") {
        made[name] = try 1 + 0.25 * u
      } else {
        made[name] = try 0.1 * u
      }
    }
    return made
  }
}
