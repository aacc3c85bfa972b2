public import Foundation

/// Boxes that people drew around the objects on photographs, by the photographs' file names.
///
/// ```json
/// {"images": [{"file": "chelsea.jpg", "objects": [
///   {"label": 285, "also": [281, 282], "name": "cat", "box": [0.0, 0.0, 0.88, 1.0]}]}]}
/// ```
///
/// A box is left, top, right, bottom in fractions of the image as stored; `label` is the object's class and
/// `also` lists classes that are as good. What else the file holds is ignored.
public struct ObjectBoxes: Sendable, Codable, Equatable {
  /// An object on a photograph.
  public struct Object: Sendable, Codable, Equatable {
    /// Its class.
    public var label: Int
    /// Classes that name it as well.
    public var also: [Int]
    /// Its name, for people.
    public var name: String
    /// Left, top, right and bottom in fractions of the image.
    public var box: [Double]

    /// Creates an object.
    public init(label: Int, also: [Int] = [], name: String = "", box: [Double]) {
      self.label = label
      self.also = also
      self.name = name
      self.box = box
    }

    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      try self.init(
        label: container.decode(Int.self, forKey: .label),
        also: container.decodeIfPresent([Int].self, forKey: .also) ?? [],
        name: container.decodeIfPresent(String.self, forKey: .name) ?? "",
        box: container.decode([Double].self, forKey: .box))
    }

    /// Whether a class names it.
    public func isNamed(by index: Int) -> Bool { index == label || also.contains(index) }
  }

  /// A photograph with its objects.
  public struct Photograph: Sendable, Codable, Equatable {
    /// The name of its file, without a folder.
    public var file: String
    /// What is on it.
    public var objects: [Object]
  }

  /// All photographs.
  public var images: [Photograph]

  /// Reads a file.
  ///
  /// - Throws: ``InterpretabilityError`` for a file that is missing, no such JSON, or holds a box that is not
  ///   inside its image.
  public init(contentsOf url: URL) throws {
    let data: Data
    do {
      data = try ModelFile.mapped(url)
    } catch {
      throw InterpretabilityError(
        .invalidFile, "the boxes \(url.path) cannot be read", cause: error)
    }
    do {
      self = try JSONDecoder().decode(Self.self, from: data)
    } catch {
      throw InterpretabilityError(.invalidFile, "\(url.path) \(JSONFailure.sentence(error))")
    }
    for image in images {
      for object in image.objects {
        let box = object.box
        guard box.count == 4, box.allSatisfy({ (0...1).contains($0) }), box[0] < box[2],
          box[1] < box[3]
        else {
          throw InterpretabilityError(
            .invalidFile,
            "\(url.path): \(image.file) has the box \(box); wanted left, top, right, bottom in "
              + "fractions of the image, left < right and top < bottom")
        }
      }
    }
  }

  /// The objects on a photograph; `nil` when it is not listed.
  public func objects(on file: String) -> [Object]? {
    images.first { $0.file == file }?.objects
  }
}
