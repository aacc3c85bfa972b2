import CSystem
import Foundation
import Testing

/// The limits of control groups, read from folders that look like the kernel's.
@Suite struct ControlGroupTests {
  /// Files by path; the membership file is `membership`.
  private func withGroups<Result>(
    _ files: [String: String], _ body: (_ membership: String, _ root: String) -> Result
  ) throws -> Result {
    let root = FileManager.default.temporaryDirectory.appending(path: "groups-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    for (path, text) in files {
      let file = root.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return body(root.appending(path: "membership").path, root.path)
  }

  private func memory(_ files: [String: String]) throws -> (left: Int64, limit: Int64) {
    try withGroups(files) { membership, root in
      var limit: Int64 = 0
      let left = csystem_group_memory(membership, root, &limit)
      return (left, limit)
    }
  }

  @Test func versionTwoTakesTheTightestGroup() throws {
    let found = try memory([
      "membership": "0::/outer/inner\n", "outer/memory.max": "1000000\n",
      "outer/memory.current": "900000\n", "outer/memory.stat": "anon 1\ninactive_file 50000\n",
      "outer/inner/memory.max": "max\n", "outer/inner/memory.current": "1\n",
    ])
    #expect(found.left == 150_000)
    #expect(found.limit == 1_000_000)
  }

  @Test func versionTwoInAContainer() throws {
    // A container sees its own group as the uppermost one.
    let found = try memory([
      "membership": "0::/\n", "memory.max": "5000\n", "memory.current": "6000\n",
    ])
    #expect(found.left == 0)
    #expect(found.limit == 5000)
    // The path is that of the host, and not there.
    let hidden = try memory([
      "membership": "0::/host/path\n", "memory.max": "5000\n", "memory.current": "1000\n",
    ])
    #expect(hidden.left == 4000)
  }

  @Test func versionOneIsRead() throws {
    let found = try memory([
      "membership": "3:cpu,cpuacct:/\n2:memory:/a\n0::/\n",
      "memory/a/memory.limit_in_bytes": "3000\n", "memory/a/memory.usage_in_bytes": "2500\n",
      "memory/a/memory.stat": "inactive_file 7\ntotal_inactive_file 100\n",
      "memory/memory.limit_in_bytes": "9223372036854771712\n",
      "memory/memory.usage_in_bytes": "99999\n",
    ])
    #expect(found.left == 600)
    #expect(found.limit == 3000)
  }

  @Test func withoutLimitsThereAreNone() throws {
    for files in [
      [:], ["membership": "0::/\n", "memory.max": "max\n"], ["membership": "nonsense"],
    ] {
      let found = try memory(files)
      #expect(found.left == .max)
      #expect(found.limit == .max)
    }
  }

  @Test(arguments: [
    ("50000 100000", 1), ("150000 100000", 2), ("400000 100000", 4), ("max 100000", 0), ("", 0),
  ])
  func quotasOfProcessorsAreRoundedUp(text: String, count: Int32) throws {
    let found = try withGroups(["membership": "0::/\n", "cpu.max": text]) {
      csystem_group_processors($0, $1)
    }
    #expect(found == count)
  }

  @Test func quotasOfVersionOne() throws {
    let found = try withGroups([
      "membership": "4:cpuacct,cpu:/job\n", "cpuacct,cpu/job/cpu.cfs_quota_us": "250000\n",
      "cpuacct,cpu/job/cpu.cfs_period_us": "100000\n", "cpuacct,cpu/cpu.cfs_quota_us": "-1\n",
      "cpuacct,cpu/cpu.cfs_period_us": "100000\n",
    ]) { csystem_group_processors($0, $1) }
    #expect(found == 3)
  }

  @Test func thisProcessHasMemoryAndProcessors() {
    #expect(csystem_available_memory() > 1 << 20)
    #expect(csystem_processors() >= 1)
    #expect(csystem_can_allocate(1 << 20) == 1)
    #expect(csystem_can_allocate(1 << 62) == 0)
  }
}
