/// Values that are written to: later reads of them, and of what shares their elements, mean what was written.
///
/// A write into part of a value is put together with the rest of it; other parts are taken again when they are read.
extension PT2Translator {
  static let writing: [String: Translation] = [
    "copy": { translator, call in
      let (x, target) = (try call.tensor("src"), try translator.first(call))
      try translator.addCopy(of: x, like: target, to: call.result)
    },
    "fill": { translator, call in
      let target = try translator.first(call)
      let value: String
      if case .tensor(let name)? = call["value"] {
        value = name
      } else {
        value = try translator.scalar(call.double("value") ?? 0, like: target)
      }
      try translator.addCopy(of: value, like: target, to: call.result)
    },
    "zero": { translator, call in
      let target = try translator.first(call)
      try translator.addCopy(
        of: translator.scalar(0, like: target), like: target, to: call.result)
    },
    "slice_scatter": { translator, call in
      guard try translator.addInsertion(call, of: call.tensor("src"), to: call.result) else {
        return try translator.addNamed(call)
      }
    },
    "select_scatter": { translator, call in
      guard try translator.addInsertion(call, of: call.tensor("src"), to: call.result) else {
        return try translator.addNamed(call)
      }
    },
  ]

  /// A value in the shape and type of the one whose place it takes.
  private mutating func addCopy(of value: String, like target: String, to result: String) throws {
    var value = value
    let shape = try shape(target)
    if type(value) != type(target), !(type(value).isFloatingPoint && type(target).isFloatingPoint) {
      let (source, number) = (value, Int(Self.onnxType(Self.wide(type(target)))))
      value = emit("Cast", [source], ["to": .int(number)])
      try note(shape: self.shape(source), of: value)
    }
    if try self.shape(value) == shape {
      pass(value, to: result)
    } else {
      emit("Expand", [value, try list(shape)], to: [result])
    }
  }

  /// The first argument of a call with one stretch of an axis replaced, which `slice`, `narrow` or `select` take.
  ///
  /// - Returns: Whether the stretch has no gaps.
  private mutating func addInsertion(
    _ call: PT2Call, of part: String, to result: String
  ) throws -> Bool {
    let whole = try first(call)
    let shape = try shape(whole)
    let axis = try axis(call.int("dim", 0), rank: shape.count, call)
    guard shape.indices.contains(axis) else { return false }
    let extent = shape[axis]
    func position(_ value: Int) -> Int { min(max(value < 0 ? value + extent : value, 0), extent) }
    var (start, end, part) = (0, extent, part)
    if call.name.hasPrefix("select") {
      start = position(try call.int("index", 0))
      guard start < extent else { throw call.malformed("index", "less than \(extent)") }
      end = start + 1
      part = emit("Unsqueeze", [part, try list([axis])])
    } else if call.name == "narrow" {
      start = position(try call.int("start", 0))
      end = start + min(max(try call.int("length", 0), 0), extent - start)
    } else {
      guard try call.int("step", 1) == 1 else { return false }
      start = position(try call.int("start", 0))
      end = max(start, position(try call.int("end", .max)))
    }
    var parts: [String] = []
    func stretch(_ from: Int, _ to: Int, _ translator: inout PT2Translator) throws -> String {
      translator.emit(
        "Slice",
        [
          whole, try translator.list([from]), try translator.list([to]),
          try translator.list([axis]),
        ])
    }
    if start > 0 { parts.append(try stretch(0, start, &self)) }
    if end > start { parts.append(part) }
    if end < extent { parts.append(try stretch(end, extent, &self)) }
    if parts.count == 1 {
      pass(parts[0], to: result)
    } else {
      emit("Concat", parts, ["axis": .int(axis)], to: [result])
    }
    return true
  }

  // MARK: Views

  /// Later reads of the argument, and of what shares its elements, mean the result.
  mutating func noteWriting(_ call: PT2Call) throws {
    guard let target = call.reads.first, call.result != target, !call.result.isEmpty,
      !["detach", "requires_grad", "dropout", "feature_dropout"].contains(call.name)
    else { return }
    sharing.overwrite(target, by: call.fullName)
    var (name, value) = (target, call.result)
    while true {
      guard let view = sharing.views[name] else {
        sharing.replace(name, by: value, nil)
        return
      }
      guard view.isCertain, let whole = try whole(of: value, view) else {
        sharing.replace(name, by: value, view)
        return
      }
      sharing.replace(name, by: value, view.reading(whole))
      (name, value) = (view.source, whole)
    }
  }

  /// The value of which a part was written; `nil` where the part has gaps, or elements more than once.
  private mutating func whole(of part: String, _ view: PT2Sharing.View) throws -> String? {
    let (call, source) = (view.call, view.source)
    let shape = try shape(source)
    let result = fresh("whole")
    switch call.name {
    case "alias", "detach", "dropout", "feature_dropout", "contiguous", "to", "type_as":
      return part
    case "slice", "narrow", "select":
      guard try addInsertion(call, of: part, to: result) else { return nil }
    case "t", "mT", "numpy_T", "transpose", "swapaxes", "movedim", "permute":
      let order = try order(of: call, rank: shape.count)
      let back = order.indices.map { order.firstIndex(of: $0) ?? $0 }
      emit("Transpose", [part], ["perm": .ints(back)], to: [result])
    case "view", "reshape", "flatten", "unflatten", "view_as", "unsqueeze", "squeeze":
      emit("Reshape", [part, try list(shape)], ["allowzero": .int(1)], to: [result])
    default: return nil
    }
    try note(result, like: source)
    return result
  }

  /// Takes a part once more whose elements were written to through another name.
  mutating func refresh(_ name: String) throws {
    guard sharing.stale[name] != nil, let view = sharing.views[name], view.isCertain else { return }
    try refresh(sharing.latest(view.source))
    let source = sharing.latest(view.source)
    guard sharing.stale[source] == nil else { return }
    let result = fresh("again")
    try note(result, like: name)
    let again = view.reading(source)
    try translate(again.call.giving([result]))
    sharing.replace(name, by: result, again)
  }

  /// Notes a result that has elements of the first argument.
  mutating func noteView(_ call: PT2Call) throws {
    guard let source = call.reads.first, Self.views.contains(call.name) else { return }
    guard let isCertain = try isSharing(call, source) else { return }
    var start = 0
    for (index, result) in call.results.enumerated() where result != source {
      var own = call
      if ["split", "split_with_sizes", "chunk", "unbind"].contains(call.name) {
        let dim: (String, PT2Call.Value) = ("dim", .int(try call.int("dim", 0)))
        if call.name == "unbind" {
          own = call.becoming("select", [dim, ("index", .int(index))])
        } else {
          let shape = try shape(result)
          let axis = try axis(call.int("dim", 0), rank: shape.count, call)
          let length = shape.indices.contains(axis) ? shape[axis] : 0
          own = call.becoming("narrow", [dim, ("start", .int(start)), ("length", .int(length))])
          start += length
        }
      }
      sharing.add(
        result, PT2Sharing.View(source: source, call: own.giving([result]), isCertain: isCertain))
    }
  }

  /// Whether a result shares elements for certain; `nil` if it does not.
  private func isSharing(_ call: PT2Call, _ source: String) throws -> Bool? {
    switch call.name {
    case "contiguous":
      guard strides(source) != nil, call["memory_format"] == nil else { return false }
      return try isInRows(source) ? true : nil
    case "reshape", "flatten": return try isInRows(source)
    case "to", "type_as":
      if let target = targetType(of: call), target != type(source) { return nil }
      return call["copy"] == nil && call["memory_format"] == nil
    default: return true
    }
  }

  /// Operators whose results share the elements of their first argument.
  private static let views: Set<String> = [
    "alias", "chunk", "contiguous", "detach", "diagonal", "dropout", "expand", "expand_as",
    "feature_dropout", "flatten", "mT", "movedim", "narrow", "numpy_T", "permute", "reshape",
    "select", "slice", "split", "split_with_sizes", "squeeze", "swapaxes", "t", "to", "transpose",
    "type_as", "unbind", "unflatten", "unsqueeze", "view", "view_as",
  ]
}

extension PT2Sharing.View {
  /// The same part of another value.
  fileprivate func reading(_ other: String) -> Self {
    PT2Sharing.View(source: other, call: call.reading(other), isCertain: isCertain)
  }
}

extension PT2Call {
  /// The same call of another first tensor.
  fileprivate func reading(_ other: String) -> PT2Call {
    var all = arguments
    if !all.isEmpty { all[0].value = .tensor(other) }
    return with(arguments: all, results: results)
  }

  /// The same call with other results.
  fileprivate func giving(_ results: [String]) -> PT2Call {
    with(arguments: arguments, results: results)
  }

  /// Another operator of the first argument.
  fileprivate func becoming(
    _ other: String, _ more: [(name: String, value: Value)]
  ) -> PT2Call {
    PT2Call(
      name: other, fullName: fullName, overload: "default", isWriting: false,
      arguments: arguments.prefix(1) + more, results: results)
  }

  private func with(
    arguments: [(name: String, value: Value)], results: [String]
  ) -> PT2Call {
    PT2Call(
      name: name, fullName: fullName, overload: overload, isWriting: isWriting,
      arguments: arguments, results: results)
  }
}
