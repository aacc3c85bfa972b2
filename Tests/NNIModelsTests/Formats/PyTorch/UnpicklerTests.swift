@testable import NNIModels
import Foundation
import NNITestSupport
import Testing

/// Pickles written by hand, instruction by instruction.
struct UnpicklerTests {
  private func unpickled(_ bytes: [UInt8]) throws -> (PickleValue, Unpickler) {
    var unpickler = Unpickler(ByteReader(bytes, place: "p"))
    return (try unpickler.value(), unpickler)
  }

  /// The value in Python's own notation.
  private func text(_ bytes: [UInt8]) throws -> String {
    let (value, unpickler) = try unpickled(bytes)
    func text(_ value: PickleValue) -> String {
      switch value {
      case .none: return "None"
      case .bool(let flag): return flag ? "True" : "False"
      case .int(let number): return "\(number)"
      case .long(let bytes): return "long\(bytes.count)"
      case .float(let number): return "\(number)"
      case .text(let text): return "'\(text)'"
      case .bytes: return "bytes"
      case .global(let global): return global.name
      case .object(let index):
        let object = unpickler.objects[index]
        let inner = object.elements.map(text).joined(separator: ",")
        return switch object.kind {
        case .list: "[\(inner)]"
        case .tuple: "(\(inner))"
        case .dictionary: "{\(inner)}"
        default: object.description
        }
      }
    }
    return text(value)
  }

  private func message(_ bytes: [UInt8]) throws -> String {
    let error = try #require(throws: InterpretabilityError.self) { try unpickled(bytes) }
    return error.message
  }

  @Test(
    arguments: [
      ("N.", "None"), ("\u{88}.", "True"), ("\u{89}.", "False"),
      ("K\u{FF}.", "255"), ("M\u{01}\u{02}.", "513"), ("J\u{FE}\u{FF}\u{FF}\u{FF}.", "-2"),
      ("\u{8A}\u{00}.", "0"), ("\u{8A}\u{01}\u{FF}.", "-1"),
      ("\u{8A}\u{02}\u{00}\u{80}.", "-32768"),
      ("\u{8A}\u{02}\u{FF}\u{00}.", "255"),
      ("\u{8A}\u{08}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{7F}.", "9223372036854775807"),
      ("\u{8A}\u{09}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{80}\u{00}.", "long9"),
      ("\u{8B}\u{01}\u{00}\u{00}\u{00}\u{05}.", "5"),
      ("G\u{BF}\u{F8}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}.", "-1.5"),
      ("U\u{02}ab.", "'ab'"), ("U\u{01}\u{E9}.", "bytes"), ("T\u{01}\u{00}\u{00}\u{00}a.", "'a'"),
      ("\u{8C}\u{02}\u{C3}\u{A9}.", "'é'"), ("X\u{01}\u{00}\u{00}\u{00}a.", "'a'"),
      ("\u{8D}\u{01}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}a.", "'a'"),
      ("C\u{01}a.", "bytes"), ("B\u{01}\u{00}\u{00}\u{00}a.", "bytes"),
      ("\u{8E}\u{01}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}a.", "bytes"),
      ("\u{96}\u{01}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}a.", "bytes"),
      ("].", "[]"), (").", "()"), ("}.", "{}"), ("]K\u{01}a.", "[1]"),
      ("](K\u{01}K\u{02}e.", "[1,2]"), ("(K\u{01}K\u{02}l.", "[1,2]"),
      ("(K\u{01}NtN0.", "(1,None)"),
      ("K\u{01}\u{85}.", "(1)"), ("K\u{01}K\u{02}\u{86}.", "(1,2)"),
      ("K\u{01}K\u{02}K\u{03}\u{87}.", "(1,2,3)"), ("(K\u{01}K\u{02}d.", "{1,2}"),
      ("}K\u{01}K\u{02}s.", "{1,2}"), ("}(K\u{01}K\u{02}K\u{03}Nu.", "{1,2,3,None}"),
      ("\u{8F}(K\u{01}\u{90}.", "an object of class set"),
      ("(K\u{01}\u{91}.", "an object of class frozenset"),
      ("K\u{01}2\u{86}.", "(1,1)"), ("K\u{01}(K\u{02}1.", "1"), ("K\u{01}(0.", "1"),
      ("K\u{05}q\u{03}0h\u{03}.", "5"),
      ("K\u{05}r\u{00}\u{01}\u{00}\u{00}0j\u{00}\u{01}\u{00}\u{00}.", "5"),
      ("K\u{05}\u{94}K\u{06}\u{94}0h\u{01}\u{86}.", "(5,6)"),
      ("\u{80}\u{04}\u{95}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}N.", "None"),
      ("ccollections\nOrderedDict\n)R}\u{8C}\u{09}_metadataNsb.", "{}"),
      ("\u{8C}\u{0B}collections\u{8C}\u{0B}OrderedDict\u{93})\u{81}.", "{}"),
      ("\u{8C}\u{0B}collections\u{8C}\u{0B}OrderedDict\u{93})}\u{92}.", "{}"),
      ("ccollections\nOrderedDict\n](K\u{01}K\u{02}\u{86}e\u{85}R.", "{1,2}"),
      ("ctorch\nSize\nK\u{02}K\u{03}\u{86}\u{85}R.", "(2,3)"),
      ("ctorch\ndevice\n\u{8C}\u{03}cpu\u{85}R.", "an object of class torch.device"),
      ("c__builtin__\nset\n]\u{85}R.", "an object of class set"),
    ] as [(String, String)])
  func `Every instruction does what Python says`(pickle: String, wanted: String) throws {
    #expect(try text(bytes(pickle)) == wanted)
  }

  @Test(
    arguments: [
      ("", "truncated"), (".", "a value is wanted"), ("\u{FF}", "255 is no instruction"),
      ("I5\n.", "instruction INT"), ("P5\n.", "PERSID"), ("\u{80}\u{06}N.", "protocol 6"),
      ("h\u{00}.", "was not kept"), ("q\u{00}.", "a value is wanted"), ("t.", "a mark is wanted"),
      ("(K\u{01}a.", "an object is wanted"), ("K\u{01}K\u{02}a.", "an object is wanted"),
      ("}K\u{01}a.", "a list is wanted, found a dictionary"),
      ("]K\u{01}K\u{02}s.", "a dictionary is wanted, found a list"), ("}(K\u{01}u.", "no value"),
      ("](\u{90}.", "a set is wanted"), ("K\u{01}(K\u{02}\u{86}.", "a value is wanted"),
      ("T\u{FF}\u{FF}\u{FF}\u{FF}a.", "4294967295 bytes are wanted, 2 are left"),
      ("\u{8D}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}a.", "bytes are wanted"),
      ("\u{8B}\u{FF}\u{FF}\u{FF}\u{7F}a.", "2147483647 bytes are wanted"),
      ("X\u{01}\u{00}\u{00}\u{00}\u{FF}.", "no UTF-8"), ("K\u{01})R.", "a class is wanted"),
      ("ctorch\nFloatStorage\n)R.", "is called here"), ("NQ.", "the name of a storage"),
      ("ctorch\nSize\nN\u{85}R.", "a list is wanted, found nothing"),
      ("ctorch\nSize\nNR.", "arguments is wanted"), ("NNb.", "an object to complete"),
      ("cos\nsystem\n.", "asks Python to run os.system"),
      ("cbuiltins\neval\n.", "builtins.eval"), ("c__builtin__\ngetattr\n.", "getattr"),
      ("ctorch.hub\nload\n.", "torch.hub.load"), ("ctorch\nload\n.", "torch.load"),
      ("cbuiltins\nlist.append\n.", "list.append"),
      ("c__main__\nNet\n.", "a Python object of class __main__.Net"),
      ("ctorch._utils\n_rebuild_tensor_v2\n)R.", "lacks its storage"),
      ("ctorch._utils\n_rebuild_parameter\nN\u{85}R.", "a tensor is wanted"),
      ("c" + String(repeating: "a", count: 5000), "truncated"),
    ] as [(String, String)])
  func `What cannot be is an error that says where`(pickle: String, wanted: String) throws {
    let message = try message(bytes(pickle))
    #expect(message.contains(wanted), "\(message)")
    #expect(message.hasPrefix("p"))
  }

  @Test func `A list in itself and lists deep in lists need no care`() throws {
    let (value, unpickler) = try unpickled(bytes("]q\u{00}h\u{00}a."))
    guard case .object(let outer) = value,
      case .object(let inner)? = unpickler.objects[outer].elements.first
    else {
      Issue.record("wanted a list in a list")
      return
    }
    #expect(outer == inner)
    let deep = [UInt8](repeating: UInt8(ascii: "]"), count: 100_000)
    _ = try unpickled(deep + [UInt8](repeating: UInt8(ascii: "a"), count: 99_999) + bytes("."))
  }

  @Test func `What a pickle makes is bounded`() throws {
    let count = Unpickler.Limit.stack + 1
    #expect(try message([UInt8](repeating: UInt8(ascii: "N"), count: count)).contains("nests"))
    #expect(try message([UInt8](repeating: UInt8(ascii: "("), count: count)).contains("nests"))
    // A list of 2^10 elements is copied again and again, three bytes each time.
    let list = bytes("](") + [UInt8](repeating: UInt8(ascii: "N"), count: 1024) + bytes("eq\u{00}0")
    let copies = (0..<20_000).flatMap { _ in bytes("h\u{01}h\u{00}\u{85}R0") }
    let bomb = try message(list + bytes("cbuiltins\nlist\nq\u{01}0") + copies)
    #expect(bomb.contains("more than \(Unpickler.Limit.elements) elements"))
    var objects = [UInt8](repeating: UInt8(ascii: "0"), count: 2 * Unpickler.Limit.objects + 2)
    for place in stride(from: 0, to: objects.count, by: 2) { objects[place] = UInt8(ascii: "]") }
    #expect(try message(objects).contains("objects"))
  }

  /// Each character is one byte.
  private func bytes(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
  }
}
