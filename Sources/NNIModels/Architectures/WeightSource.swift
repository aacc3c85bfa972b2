/// Where an architecture gets its parameters from: a state dict, or a random generator.
///
/// ```swift
/// let file = try SafetensorsFile(contentsOf: url)
/// let graph = try Catalog.architecture(named: "resnet18").build(WeightSource(file))
/// ```
///
/// Names are those of PyTorch's modules. If all of them begin with `module.`, as they do after
/// `DataParallel`, it is taken off (files of weights are also looked at behind other wrappers);
/// `num_batches_tracked` is left out. Old names are understood: DenseNet's `norm.1` for `norm1`, the vision
/// transformers' `linear_1` for `0`. Half precision becomes float32; if any parameter is float64, all become
/// float64.
public struct WeightSource: Sendable {
  /// A parameter that can be read when it is needed.
  struct Stored: Sendable {
    let shape: [Int]
    let dtype: DType
    let load: @Sendable () throws -> Tensor
  }

  enum Storage: Sendable {
    case stored([String: Stored])
    case initialized(WeightInitialization)
  }

  let storage: Storage

  /// The tensors of a state dict.
  public init(_ stateDict: [String: Tensor]) {
    self.init(
      stored: stateDict.mapValues { tensor in
        Stored(shape: tensor.shape, dtype: tensor.dtype, load: { tensor })
      })
  }

  /// The tensors of a file, each read when its layer is built.
  public init(_ file: SafetensorsFile) {
    var stored: [String: Stored] = [:]
    for (name, entry) in file.entries {
      stored[name] = Stored(shape: entry.shape, dtype: entry.dtype, load: { try file[name] })
    }
    self.init(stored: stored)
  }

  /// The tensors of a PyTorch checkpoint, each read when its layer is built.
  public init(_ file: PyTorchFile) {
    var stored: [String: Stored] = [:]
    for (name, entry) in file.entries {
      stored[name] = Stored(shape: entry.shape, dtype: entry.dtype, load: { try file[name] })
    }
    self.init(stored: stored)
  }

  /// Random weights: He's normal distribution for weights, nothing for biases, and batch norm that
  /// changes nothing.
  ///
  /// The same seed gives the same numbers on every machine, whatever the order in which the layers are
  /// built: each parameter draws from a generator of its own, seeded by its name.
  /// - Reference: He et al. 2015, *Delving Deep into Rectifiers*, equation 10 (`he2015delving`).
  public static func initialized(seed: UInt64 = 0) -> WeightSource {
    .initialized(WeightInitialization(.he, seed: seed))
  }

  /// Random weights of a chosen distribution, and networks of chosen extents.
  public static func initialized(_ initialization: WeightInitialization) -> WeightSource {
    WeightSource(.initialized(initialization))
  }

  init(_ storage: Storage) { self.storage = storage }

  private init(stored: [String: Stored]) {
    let prefix = "module."
    let isPrefixed = !stored.isEmpty && stored.keys.allSatisfy { $0.hasPrefix(prefix) }
    var parameters: [String: Stored] = [:]
    for (name, value) in stored
    where name != "num_batches_tracked" && !name.hasSuffix(".num_batches_tracked") {
      parameters[Self.current(isPrefixed ? String(name.dropFirst(prefix.count)) : name)] = value
    }
    storage = .stored(parameters)
  }

  /// The name that torchvision's code uses now: its published DenseNets still say `norm.1` for `norm1`, its
  /// vision transformers `mlp.linear_1` for `mlp.0` and `mlp.linear_2` for `mlp.3`.
  private static func current(_ name: String) -> String {
    if name.contains("encoder_layer_"), name.contains(".mlp.linear_") {
      return name.replacing(".mlp.linear_1.", with: ".mlp.0.")
        .replacing(".mlp.linear_2.", with: ".mlp.3.")
    }
    guard name.contains(".denselayer"),
      let match = name.wholeMatch(of: /(.+\.denselayer\d+\.(?:norm|conv))\.([12]\..+)/)
    else { return name }
    return "\(match.1)\(match.2)"
  }
}

extension WeightSource {
  /// What a parameter is for, which decides how it begins.
  public enum Role: Sendable, Hashable {
    /// Weights of sums over that many inputs.
    case weight(fanIn: Int)
    /// What begins as zero: biases, shifts, running means.
    case zero
    /// What begins as one: scales, running variances.
    case one
  }

  /// The shape of a stored parameter, or the one that random weights were told; `nil` when there is none.
  func shape(of name: String) -> [Int]? {
    switch storage {
    case .stored(let parameters): parameters[name]?.shape
    case .initialized(let initialization): initialization.shapes[name]
    }
  }

  /// The names of all stored parameters.
  var names: Set<String> {
    if case .stored(let parameters) = storage { Set(parameters.keys) } else { [] }
  }

  /// How many parameters are stored; `nil` when they are random.
  var count: Int? { if case .stored(let parameters) = storage { parameters.count } else { nil } }

  /// The type that all parameters get.
  package var dtype: DType {
    guard case .stored(let parameters) = storage else { return .float32 }
    return parameters.values.contains { $0.dtype == .float64 } ? .float64 : .float32
  }

  /// The value of a parameter; its shape was found to be `shape`.
  func value(of name: String, shape: [Int], role: Role, dtype: DType) throws -> Tensor {
    switch storage {
    case .stored(let parameters):
      guard let parameter = parameters[name] else {
        throw InterpretabilityError(.invalidFile, "there is no parameter “\(name)”")
      }
      guard parameter.dtype.isFloatingPoint else {
        throw InterpretabilityError(
          .invalidFile,
          "the parameter “\(name)” holds \(parameter.dtype), wanted real numbers; "
            + "quantised networks are not supported")
      }
      return try parameter.load().converted(to: dtype)
    case .initialized(let initialization):
      return try initialization.value(of: name, shape: shape, role: role)
    }
  }
}
