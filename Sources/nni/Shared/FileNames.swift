import Foundation

/// What files are called in reports and by what is written.
enum FileNames {
  /// The files' names without folder and ending, made different where two are alike.
  static func distinct(_ paths: [String]) -> [String] {
    var taken: Set<String> = []
    return paths.map { path in
      let base = URL(filePath: path).deletingPathExtension().lastPathComponent
      var name = base
      var number = 2
      while !taken.insert(name).inserted {
        name = "\(base)-\(number)"
        number += 1
      }
      return name
    }
  }
}
