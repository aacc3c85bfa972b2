internal import CSystem
internal import CVips

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension Image {
  /// The largest file that is read: 1 GiB.
  public static let fileSizeLimit = 1 << 30

  /// Reads a JPEG, PNG or WebP file.
  ///
  /// The picture is turned upright by its EXIF orientation, as Pillow's `ImageOps.exif_transpose` does
  /// (torchvision's loader does *not*), and palettes are expanded. Values of 16 bits are kept, see
  /// ``values16``, where Pillow's `convert("RGB")` clips grey at 255 and cuts colours to 8 bits. The
  /// conversion to `layout` is Pillow's `convert`: opacity is dropped, not composited; grey is
  /// replicated; CMYK is converted without a profile.
  ///
  /// - Parameters:
  ///   - url: a regular file. What it contains is recognised by its first bytes, not by its name.
  ///   - layout: the channels of the result.
  ///   - pixelLimit: the most pixels that the file may declare; checked before any is decoded.
  /// - Throws: ``ImageError`` when the file cannot be read, is of another format, is truncated or
  ///   damaged, or declares too many pixels. There are no half pictures.
  public init(
    contentsOf url: URL, layout: PixelLayout = .rgb, pixelLimit: Int = defaultPixelLimit
  ) throws {
    let bytes = try Image.bytes(of: url)
    try self.init(decoding: bytes, named: url.path, layout: layout, pixelLimit: pixelLimit)
  }

  /// Decodes the bytes of a JPEG, PNG or WebP file, as ``init(contentsOf:layout:pixelLimit:)``
  /// does.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - name: what error messages call it.
  ///   - layout: the channels of the result.
  ///   - pixelLimit: the most pixels that the file may declare.
  /// - Throws: ``ImageError``.
  public init(
    decoding bytes: [UInt8], named name: String = "the picture", layout: PixelLayout = .rgb,
    pixelLimit: Int = defaultPixelLimit
  ) throws {
    let name = name == "the picture" ? name : "'\(name)'"
    guard !bytes.isEmpty else {
      throw ImageError(
        .damaged, "Cannot decode \(name): it has no bytes; give a JPEG, PNG or WebP picture.")
    }
    do {
      let picture = try VipsCodec.decode(bytes, pixelLimit: pixelLimit)
      self = try Image(picture, named: name).converted(to: layout)
    } catch let failure as VipsCodec.Failure {
      throw ImageError(failure, decoding: name, bytes: bytes.count, pixelLimit: pixelLimit)
    }
  }

  private static func bytes(of url: URL) throws -> [UInt8] {
    let path = url.resolvingSymlinksInPath().path
    let attributes: [FileAttributeKey: Any]
    do {
      attributes = try FileManager.default.attributesOfItem(atPath: path)
    } catch {
      throw ImageError(
        .unreadable, "Cannot read '\(url.path)': there is no such file; check the path.")
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw ImageError(
        .unreadable,
        "Cannot read '\(url.path)': it is no regular file; give the path of a picture.")
    }
    let size = (attributes[.size] as? UInt64).map(Int.init(clamping:)) ?? 0
    guard size <= fileSizeLimit else {
      throw ImageError(
        .tooLarge,
        "Cannot read '\(url.path)': it has \(size) bytes and the limit is \(fileSizeLimit); "
          + "give a smaller picture.")
    }
    FilesRead.note(path)
    guard csystem_can_allocate(2 * size) != 0 else {
      throw ImageError(
        .tooLarge, "Cannot read '\(url.path)': there is not enough memory for its \(size) bytes.")
    }
    do {
      return try [UInt8](Data(contentsOf: URL(filePath: path)))
    } catch {
      throw ImageError(
        .unreadable, "Cannot read '\(url.path)': opening it failed; check its permissions.")
    }
  }
}

extension ImageError {
  fileprivate init(
    _ failure: VipsCodec.Failure, decoding name: String, bytes: Int, pixelLimit: Int
  ) {
    switch failure.status {
    case CVipsNotStarted:
      self.init(
        .libraryUnavailable,
        "Cannot decode \(name): libvips did not start (\(failure.message)); reinstall libvips.")
    case CVipsUnknownFormat:
      self.init(
        .unknownFormat,
        "Cannot decode \(name): its \(bytes) bytes are no JPEG, PNG or WebP; convert it to one.")
    case CVipsTooLarge:
      self.init(
        .tooLarge,
        "Cannot decode \(name): it declares \(failure.width) x \(failure.height) pixels and the "
          + "limit is \(pixelLimit) in all; scale it down first.")
    case CVipsNoMemory:
      self.init(
        .tooLarge,
        "Cannot decode \(name): there is not enough memory for its \(failure.width) x "
          + "\(failure.height) pixels; scale it down first, or allow more memory.")
    default:
      let reason = failure.message.isEmpty ? "" : " (\(failure.message))"
      self.init(
        .damaged,
        "Cannot decode \(name): the file is truncated or damaged\(reason); "
          + "fetch it again or save it anew.")
    }
  }
}
