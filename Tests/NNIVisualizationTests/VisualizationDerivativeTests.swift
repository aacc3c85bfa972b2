@testable import NNIVisualization
import NNITestSupport
import Testing

/// Every objective's derivative by what is optimised, through every parametrisation and transform, against
/// finite differences in float64.
struct VisualizationDerivativeTests {
  @Test(arguments: VisualizationNets.objectives, VisualizationNets.parameterizations)
  func `Objectives by what images are made of`(objective: String, kind: String) throws {
    for transforms in ["none", "all"] { try check(objective, kind, transforms) }
  }

  @Test(arguments: VisualizationNets.transformNames, VisualizationNets.parameterizations)
  func `A sum of terms through each transform`(transforms: String, kind: String) throws {
    try check("sum", kind, transforms)
    try check("diversity", kind, transforms)
  }

  private func check(_ objective: String, _ kind: String, _ transforms: String) throws {
    let model = try VisualizationNets.smooth()
    let canvas = try ImageCanvas(model)
    let maximization = ActivationMaximization(
      try VisualizationNets.objective(objective, model),
      parameterization: try VisualizationNets.parameterization(kind, on: canvas),
      transforms: VisualizationNets.transforms(transforms), count: 2, seed: 4)
    var state = try maximization.begin(on: model)
    // Away from where norms have corners.
    var numbers = SeededNumbers(3)
    state.parameters = try state.parameters + numbers.tensor(state.parameters.shape) * 0.3
    let prepared = try PreparedObjective(maximization.objective, for: model)
    func value(_ parameters: Tensor) throws -> (Double, Tensor) {
      var moved = state
      moved.parameters = parameters
      let made = try Tape([parameters]) {
        try maximization.parameterization.images($0[0], on: canvas)
      }
      let (value, gradient) = try maximization.derivative(prepared, canvas, moved, made)
      #expect(value.values.shape == [2])
      return (try value.values.sum().item(), gradient)
    }
    let gradient = try value(state.parameters).1
    #expect(gradient.shape == state.parameters.shape)
    for seed in [UInt64(1), 2] {
      var numbers = SeededNumbers(seed + 40)
      let direction = try numbers.tensor(state.parameters.shape)
      let step = 2e-6
      let difference =
        try
        (value(state.parameters + direction * step).0
        - value(state.parameters - direction * step).0) / (2 * step)
      let slope = try (gradient * direction).sum().item()
      let size = try gradient.norm() * direction.norm()
      let place: Comment = "\(objective), \(kind), \(transforms)"
      #expect((slope - difference).magnitude <= 1e-6 * size + 1e-8, place)
      #expect(try gradient.norm() > 1e-7, place)
    }
  }
}
