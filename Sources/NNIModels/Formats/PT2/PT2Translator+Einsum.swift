/// Products by Einstein's convention, as matrix products where they are such.
extension PT2Translator {
  /// `einsum("bhid,bhjd->bhij", a, b)`: axes of both and of the result count matrices, those that the result
  /// lacks are summed over.
  mutating func addEinsum(_ call: PT2Call) throws {
    let equation = try call.string("equation", "").filter { $0 != " " }
    let sides = equation.split(separator: ">").map { $0.split(separator: "-").first ?? "" }
    let operands = try call.tensors("tensors").compactMap { $0 }
    let terms = (sides.first ?? "").split(separator: ",").map(Array.init)
    guard sides.count == 2, equation.contains("->"), terms.count == 2, operands.count == 2,
      (terms.flatMap { $0 } + sides[1]).allSatisfy(\.isLetter),
      terms.allSatisfy({ Set($0).count == $0.count }), Set(sides[1]).count == sides[1].count
    else {
      emit("Einsum", operands, ["equation": .string(equation)], to: [call.result])
      return
    }
    let result = Array(sides[1])
    let (left, right) = (terms[0], terms[1])
    let shapes = try operands.map { try shape($0) }
    guard shapes[0].count == left.count, shapes[1].count == right.count else {
      throw call.malformed("equation", "one for values of shapes \(shapes)")
    }
    let extents = Dictionary(
      zip(left + right, shapes[0] + shapes[1]).map { ($0, $1) }
    ) { max($0, $1) }
    let batch = result.filter { left.contains($0) && right.contains($0) }
    let summed = left.filter { right.contains($0) && !result.contains($0) }
    let rows = result.filter { left.contains($0) && !right.contains($0) }
    let columns = result.filter { right.contains($0) && !left.contains($0) }
    guard batch.count + summed.count + rows.count == left.count,
      batch.count + summed.count + columns.count == right.count,
      batch.count + rows.count + columns.count == result.count
    else {
      emit("Einsum", operands, ["equation": .string(equation)], to: [call.result])
      return
    }
    func count(_ axes: [Character]) -> Int { axes.reduce(1) { $0 * (extents[$1] ?? 1) } }
    func matrix(
      _ name: String, _ term: [Character], _ first: [Character], _ second: [Character]
    ) throws -> String {
      let order = (batch + first + second).compactMap { term.firstIndex(of: $0) }
      let turned =
        order == Array(term.indices) ? name : emit("Transpose", [name], ["perm": .ints(order)])
      guard first.count != 1 || second.count != 1 else { return turned }
      return emit(
        "Reshape",
        [turned, try list(batch.map { extents[$0] ?? 1 } + [count(first), count(second)])])
    }
    let a = try matrix(operands[0], left, rows, summed)
    let b = try matrix(operands[1], right, summed, columns)
    var product = emit("MatMul", [a, b])
    let order = batch + rows + columns
    if rows.count != 1 || columns.count != 1 {
      product = emit("Reshape", [product, try list(order.map { extents[$0] ?? 1 })])
    }
    if order == result {
      pass(product, to: call.result)
    } else {
      emit(
        "Transpose", [product], ["perm": .ints(result.compactMap { order.firstIndex(of: $0) })],
        to: [call.result])
    }
  }
}
