import Foundation
import NNIImages
import NNInterpretability

/// Where the objects on photographs are, as far as somebody said.
struct EvaluationRegions {
  private let boxes: ObjectBoxes?
  private let masks: URL?

  /// Boxes from a file, masks from a folder, or neither: then boxes are looked for beside each photograph.
  ///
  /// - Throws: ``InterpretabilityError`` for a file that cannot be read or a folder that is not there.
  init(boxes: String?, masks: String?) throws {
    self.boxes = try boxes.map { try ObjectBoxes(contentsOf: URL(filePath: $0)) }
    self.masks = masks.map { URL(filePath: $0, directoryHint: .isDirectory) }
    var isFolder: ObjCBool = false
    if let masks {
      guard FileManager.default.fileExists(atPath: masks, isDirectory: &isFolder),
        isFolder.boolValue
      else {
        throw InterpretabilityError(.invalidFile, "there is no folder of masks \(masks)")
      }
    }
  }

  /// The objects on a photograph by boxes; empty when there is none.
  func objects(on photograph: URL) throws -> [ObjectBoxes.Object] {
    if masks != nil { return [] }
    if let boxes { return boxes.objects(on: photograph.lastPathComponent) ?? [] }
    let beside = photograph.deletingLastPathComponent().appending(path: "boxes.json")
    guard FileManager.default.fileExists(atPath: beside.path) else { return [] }
    return try ObjectBoxes(contentsOf: beside).objects(on: photograph.lastPathComponent) ?? []
  }

  /// Where an object of a class is on a network's input; `nil` when nobody said.
  func regions(
    of index: Int?, on photograph: URL, _ geometry: CropGeometry
  ) throws -> ObjectRegions? {
    if let masks { return try Self.mask(of: photograph, in: masks, geometry) }
    let named = try objects(on: photograph).filter { object in
      index.map(object.isNamed) ?? false
    }
    guard !named.isEmpty else { return nil }
    return try ObjectRegions(
      boxes: [named.map { ObjectRegions.Box($0, on: geometry) }], height: geometry.height,
      width: geometry.width)
  }

  /// The picture of a photograph's name in a folder, light where the object is, laid over the input.
  private static func mask(
    of photograph: URL, in folder: URL, _ geometry: CropGeometry
  ) throws -> ObjectRegions? {
    let name = photograph.deletingPathExtension().lastPathComponent
    let file = folder.appending(path: "\(name).png")
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    let picture = try Image(contentsOf: file).converted(to: .grey)
    var inside = [Float](repeating: 0, count: geometry.height * geometry.width)
    for row in 0..<geometry.height {
      let y = (Double(row + geometry.top) + 0.5) / Double(geometry.resizedHeight)
      guard (0..<1).contains(y) else { continue }
      for column in 0..<geometry.width {
        let x = (Double(column + geometry.left) + 0.5) / Double(geometry.resizedWidth)
        guard (0..<1).contains(x) else { continue }
        let place = Int(y * Double(picture.height)) * picture.width + Int(x * Double(picture.width))
        if picture.pixels[place] >= 128 { inside[row * geometry.width + column] = 1 }
      }
    }
    return try ObjectRegions(
      mask: Tensor(inside, shape: [1, geometry.height, geometry.width]))
  }
}
