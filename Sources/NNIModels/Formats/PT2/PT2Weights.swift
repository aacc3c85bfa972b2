import Foundation

/// The tensors of a program's file: weights, and constants that lie apart.
struct PT2Weights {
  private struct Config: Decodable {
    struct Entry: Decodable {
      let path: String
      let isPickled: Bool?
      let meta: PT2TensorMeta?
      enum CodingKeys: String, CodingKey {
        case path = "path_name"
        case isPickled = "use_pickle"
        case meta = "tensor_meta"
      }
    }
    let config: [String: Entry]
  }

  private let archive: PT2Archive
  private var entries: [String: (folder: String, entry: Config.Entry)] = [:]

  /// Reads where the tensors lie.
  ///
  /// - Throws: ``InterpretabilityError`` for a text that cannot be read.
  init(_ archive: PT2Archive) throws {
    self.archive = archive
    for (folder, name) in [
      ("data/constants/", "model_constants_config.json"),
      ("data/weights/", "model_weights_config.json"),
    ] {
      guard let text = try archive.optionalText(folder + name) else { continue }
      do {
        for (key, entry) in try JSONDecoder().decode(Config.self, from: text).config {
          entries[key] = (folder, entry)
        }
      } catch {
        throw InterpretabilityError(
          .invalidFile, "\(archive.place): \(name) \(JSONFailure.sentence(error))")
      }
    }
  }

  /// A copy of the tensor that a weight's name stands for.
  ///
  /// - Throws: ``InterpretabilityError`` that names the weight.
  func tensor(_ key: String) throws -> Tensor {
    func refuse(
      _ message: String, _ code: InterpretabilityError.Code = .invalidFile
    ) -> InterpretabilityError {
      InterpretabilityError(code, "\(archive.place): the weight “\(key)” \(message)")
    }
    guard let (folder, entry) = entries[key] else {
      throw refuse("is missing; the file is damaged or was saved without its weights")
    }
    guard entry.isPickled != true, let meta = entry.meta else {
      throw refuse("is pickled and no plain tensor", .unsupported)
    }
    guard let dtype = PT2TensorMeta.types[meta.dtype] else {
      throw refuse(
        "has elements of type \(PT2TensorMeta.typeName(meta.dtype)); supported are "
          + PT2TensorMeta.types.sorted { $0.key < $1.key }.map(\.value.description)
          .joined(separator: ", "), .unsupported)
    }
    let shape = meta.sizes.compactMap(\.fixed)
    let strides = (meta.strides ?? []).compactMap(\.fixed)
    guard shape.count == meta.sizes.count, strides.count == shape.count,
      shape.count <= StridedTensor.rankLimit, meta.layout ?? 7 == 7,
      let offset = meta.offset.map({ $0.fixed }) ?? 0
    else { throw refuse("has no plain shape", .unsupported) }
    do {
      let range = try archive.range(ofStorage: folder + entry.path)
      let storage = PyTorchStorage(
        key: entry.path, element: .supported(dtype), start: 0, byteCount: range.count,
        blockByteCount: range.count)
      let strided = StridedTensor(
        storage: storage, element: .supported(dtype), offset: offset, shape: shape,
        strides: strides)
      let tensor = try archive.tensor(strided, dtype: dtype, at: range.lowerBound)
      return dtype == .float16 || dtype == .bfloat16 ? try tensor.converted(to: .float32) : tensor
    } catch let error as InterpretabilityError {
      throw refuse("cannot be read: \(error.message)", error.code)
    } catch {
      throw InterpretabilityError(
        .invalidFile, "\(archive.place): the weight “\(key)” cannot be read", cause: error)
    }
  }
}
