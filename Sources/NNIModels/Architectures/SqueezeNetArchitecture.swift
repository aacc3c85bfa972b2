/// SqueezeNet 1.0 and 1.1 as in torchvision: fire modules, and a convolution as classifier.
///
/// - Reference: Iandola et al. 2016, *SqueezeNet: AlexNet-level accuracy with 50x fewer parameters*
///   (`iandola2016squeezenet`); 1.1 is the authors' later version with 2.4 times less computation.
public enum SqueezeNetArchitecture {
  private struct Form {
    let name: String
    let firstFilters: Int
    let firstKernel: Int
    /// Where poolings and fire modules stand; a module squeezes to the given number of channels and
    /// expands to eight times as many.
    let squeezes: [Int: Int]
    let poolings: Set<Int>
  }

  private static let forms = [
    Form(
      name: "squeezenet1_0", firstFilters: 96, firstKernel: 7,
      squeezes: [3: 16, 4: 16, 5: 32, 7: 32, 8: 48, 9: 48, 10: 64, 12: 64], poolings: [2, 6, 11]),
    Form(
      name: "squeezenet1_1", firstFilters: 64, firstKernel: 3,
      squeezes: [3: 16, 4: 16, 6: 32, 7: 32, 9: 48, 10: 48, 11: 64, 12: 64], poolings: [2, 5, 8]),
  ]

  private static func layOut(_ net: inout NetworkBuilder, _ form: Form) throws {
    let inputs = net.extent(of: "features.0.weight", axis: 1, default: 3)
    try net.convolution(
      "features.0", inputs, form.firstFilters, kernel: form.firstKernel, stride: 2)
    try net.relu("features.1")
    var channels = form.firstFilters
    for index in 2...12 {
      if form.poolings.contains(index) {
        try net.maxPool("features.\(index)", 3, stride: 2, isCeiling: true)
      } else if let squeeze = form.squeezes[index] {
        try addFire("features.\(index)", to: &net, from: channels, squeeze: squeeze)
        channels = 8 * squeeze
      }
    }
    try net.dropout("classifier.0")
    try net.convolution(
      "classifier.1", channels, net.extent(of: "classifier.1.weight", axis: 0, default: 1000),
      kernel: 1)
    try net.relu("classifier.2")
    try net.globalAveragePool("classifier.3")
  }

  /// A 1 × 1 convolution, then 1 × 1 and 3 × 3 convolutions of it side by side.
  private static func addFire(
    _ name: String, to net: inout NetworkBuilder, from inputs: Int, squeeze: Int
  ) throws {
    try net.convolution("\(name).squeeze", inputs, squeeze, kernel: 1)
    let squeezed = try net.relu("\(name).squeeze_activation")
    let expanded = try [1, 3].map { kernel in
      let expand = "\(name).expand\(kernel)x\(kernel)"
      try net.convolution(
        expand, squeeze, 4 * squeeze, kernel: kernel, padding: .each(kernel / 2), after: [squeezed])
      return try net.relu("\(expand)_activation")
    }
    try net.add(ConcatenationLayer(), as: "\(name).cat", after: expanded)
  }
}

extension SqueezeNetArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    forms.map { form in
      ArchitectureEntry(
        form.name, "SqueezeNet 1.\(form.name.suffix(1)), fire modules without dense layers",
        inputSpec: .imageNet
      ) { try layOut(&$0, form) }
    }
  }
}
