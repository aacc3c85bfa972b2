/// A method that only runs the network forwards: a recording of values is enough for it.
public protocol ForwardMethod: RecordedMethod {}

extension ForwardMethod {
  public func attribute(
    _ model: Model, input: Tensor, target: Target
  ) throws -> Attribution {
    let recording = try Recording(
      model, input: input, preparation: preparation(alone: target), isPropagatable: false)
    return try attribute(recording, target: target)
  }
}
