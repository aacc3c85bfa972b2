/// A Python value in a pickle.
///
/// What can be changed or shared is an index into the unpickler's objects, so that values that contain
/// one another, or lie deep in one another, need no care.
enum PickleValue {
  case none
  case bool(Bool)
  case int(Int)
  /// A whole number of more than 64 bits, little-endian in two's complement.
  case long([UInt8])
  case float(Double)
  case text(String)
  case bytes
  case global(PythonGlobal)
  /// The place of a ``PickleObject``.
  case object(Int)

  /// What it is, for messages.
  var kind: String {
    switch self {
    case .none: "nothing"
    case .bool: "a truth value"
    case .int, .long: "a whole number"
    case .float: "a number"
    case .text: "a text"
    case .bytes: "bytes"
    case .global(let global): "“\(global.name)”"
    case .object: "an object"
    }
  }
}

/// A Python object with contents.
struct PickleObject {
  /// What an object is.
  enum Kind {
    case list, tuple, dictionary
    case storage(PyTorchStorage)
    case tensor(PyTorchTensor)
    /// An object whose contents are of no interest: a set, a number of NumPy's, a device.
    case opaque(String)
  }

  let kind: Kind
  /// What lies in a list or a tuple; of a dictionary each key and then its value, in the order of
  /// assignment: a key may come again.
  var elements: [PickleValue]

  /// What it is, for messages.
  var description: String {
    switch kind {
    case .list: "a list"
    case .tuple: "a tuple"
    case .dictionary: "a dictionary"
    case .storage: "a storage"
    case .tensor: "a tensor"
    case .opaque(let name): "an object of class \(name)"
    }
  }
}
