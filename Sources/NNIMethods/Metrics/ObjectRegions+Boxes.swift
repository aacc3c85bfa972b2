public import NNIImages

extension ObjectRegions.Box {
  /// An object's box on a network's input.
  public init(_ object: ObjectBoxes.Object, on geometry: CropGeometry) {
    let (width, height) = (Double(geometry.resizedWidth), Double(geometry.resizedHeight))
    self.init(
      left: object.box[0] * width - Double(geometry.left),
      top: object.box[1] * height - Double(geometry.top),
      right: object.box[2] * width - Double(geometry.left),
      bottom: object.box[3] * height - Double(geometry.top))
  }
}
