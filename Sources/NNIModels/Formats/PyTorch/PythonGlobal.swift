/// A Python class or function that a state dict may name; none of them is ever called.
///
/// Whatever is not listed here is refused by name.
enum PythonGlobal {
  /// `collections.OrderedDict` and its like.
  case dictionary
  case list
  case tuple
  case storage(PyTorchElement)
  /// A storage whose tensors say their element type themselves.
  case untypedStorage
  case elementType(PyTorchElement)
  case rebuild(Rebuild)
  /// `torch.Tensor` and `torch.nn.Parameter`, named beside a tensor that has attributes.
  case tensorClass
  /// What harms nobody and is not looked at.
  case ignored(String)

  /// A function that makes a tensor again.
  enum Rebuild {
    case tensor, typedTensor, parameter, subclass
    /// A tensor that is no plain block of numbers.
    case unsupported(String)
  }

  /// The class or function with that name in a module.
  ///
  /// - Returns: `nil` for all that a state dict has no need of.
  init?(module: String, name: String) {
    switch module {
    case "collections", "builtins", "__builtin__":
      guard let plain = Self.plain(module, name) else { return nil }
      self = plain
    case "torch", "torch.storage":
      guard let found = Self.torch(name) else { return nil }
      self = found
    case "torch._utils":
      guard let rebuild = Self.rebuilds[name] else { return nil }
      self = .rebuild(rebuild)
    case "torch._tensor" where name == "_rebuild_from_type_v2": self = .rebuild(.subclass)
    case "torch.nn.parameter" where ["Parameter", "Buffer"].contains(name): self = .tensorClass
    case let module where module.contains("lightning") && name == "AttributeDict":
      // The settings that PyTorch Lightning keeps beside the weights.
      self = .dictionary
    default:
      guard Self.harmless[module]?.contains(name) == true else { return nil }
      self = .ignored("\(module).\(name)")
    }
  }

  /// The name for messages.
  var name: String {
    switch self {
    case .dictionary: "OrderedDict"
    case .list: "list"
    case .tuple: "tuple"
    case .storage(let element): "storage of \(element)"
    case .untypedStorage: "UntypedStorage"
    case .elementType(let element): "torch.\(element)"
    case .rebuild: "a function that makes a tensor"
    case .tensorClass: "torch.Tensor"
    case .ignored(let name): name
    }
  }

  private static func plain(_ module: String, _ name: String) -> PythonGlobal? {
    switch (module == "collections", name) {
    case (true, "OrderedDict"), (false, "dict"): .dictionary
    case (false, "list"): .list
    case (false, "tuple"): .tuple
    case (true, "Counter"), (true, "defaultdict"): .ignored("collections.\(name)")
    case (false, "set"), (false, "frozenset"), (false, "bytearray"), (false, "complex"),
      (false, "int"), (false, "float"), (false, "bool"), (false, "str"), (false, "slice"):
      .ignored(name)
    default: nil
    }
  }

  private static func torch(_ name: String) -> PythonGlobal? {
    if let element = PyTorchElement(storageClass: name) { return .storage(element) }
    if let element = PyTorchElement(name: name) { return .elementType(element) }
    return switch name {
    case "UntypedStorage", "TypedStorage", "_UntypedStorage", "_TypedStorage": .untypedStorage
    case "Size": .tuple
    case "Tensor": .tensorClass
    case "device", "per_tensor_affine", "per_tensor_symmetric", "per_channel_affine",
      "per_channel_symmetric", "per_channel_affine_float_qparams", "strided", "sparse_coo",
      "sparse_csr", "sparse_csc", "sparse_bsr", "sparse_bsc":
      .ignored("torch.\(name)")
    default: nil
    }
  }

  private static let rebuilds: [String: Rebuild] = [
    "_rebuild_tensor": .tensor, "_rebuild_tensor_v2": .tensor, "_rebuild_tensor_v3": .typedTensor,
    "_rebuild_parameter": .parameter, "_rebuild_parameter_with_state": .parameter,
    "_rebuild_qtensor": .unsupported("quantised"),
    "_rebuild_sparse_tensor": .unsupported("sparse"),
    "_rebuild_sparse_csr_tensor": .unsupported("sparse"),
    "_rebuild_nested_tensor": .unsupported("nested"),
    "_rebuild_meta_tensor_no_storage": .unsupported("meta (without values)"),
    "_rebuild_device_tensor_from_numpy": .unsupported("foreign (of a device of its own)"),
    "_rebuild_xla_tensor": .unsupported("foreign (of a device of its own)"),
  ]

  /// Found beside weights in training checkpoints: a best score, arguments of a program.
  private static let harmless: [String: Set<String>] = [
    "numpy": ["dtype", "ndarray"],
    "numpy.core.multiarray": ["scalar", "_reconstruct"],
    "numpy._core.multiarray": ["scalar", "_reconstruct"],
    "_codecs": ["encode"],
    "argparse": ["Namespace"],
    "torch.serialization": ["_get_layout"],
    "torch.torch_version": ["TorchVersion"],
    "pathlib": ["Path", "PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath"],
  ]
}
