import ArgumentParser

/// `--scale`: which maps of a sheet have one scale.
enum SheetScaling: String, ExpressibleByArgument, CaseIterable {
  case own, common
}
