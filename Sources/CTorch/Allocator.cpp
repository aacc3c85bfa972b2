// Where tensors lie on the processor: large blocks are cut from arenas of huge pages and used again.
//
// Mapping and clearing fresh pages costs more than most operators that fill them (27 ms for 64 MB in
// pages of 4 KiB, 4 ms in pages of 2 MiB, 2 ms when they are there already).
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "CSystem.h"
#include "CTorch.h"
#include "Version.h"

namespace {

/// Smaller blocks are malloc's.
constexpr size_t smallest = size_t{1} << 17;
/// What blocks are measured in.
constexpr size_t unit = size_t{1} << 14;
constexpr size_t hugePage = size_t{1} << 21;
/// What is mapped at once.
constexpr size_t arenaSize = size_t{1} << 26;

size_t roundedUp(size_t size, size_t step) { return (size + step - 1) / step * step; }

/// What is left to everything else when memory has a hard limit: threads, pictures, the library's own tables.
constexpr int64_t reserve = int64_t{1} << 26;

/// The memory that tensors may still take.
int64_t freeMemory() {
  int64_t limit;
  bool isLimited = csystem_process_limit() != INT64_MAX;
  if (!isLimited) {
    csystem_group_memory("/proc/self/cgroup", "/sys/fs/cgroup", &limit);
    isLimited = limit != INT64_MAX;
  }
  int64_t free = csystem_available_memory();
  return isLimited ? std::max(free - reserve, int64_t{0}) : free;
}

/// Cuts blocks from arenas: the smallest gap that fits, at the lowest address; gaps that touch become
/// one. Arenas in which nothing lies are kept as long as all together stay below a limit.
class Arenas {
 public:
  void *take(size_t size) {
    std::lock_guard<std::mutex> lock(mutex);
    auto found = gapsBySize.lower_bound({size, 0});
    if (found == gapsBySize.end()) {
      addArena(size);
      found = gapsBySize.lower_bound({size, 0});
    }
    auto [gap, begin] = *found;
    removeGap(begin, gap);
    if (gap > size) addGap(begin + size, gap - size);
    return reinterpret_cast<void *>(begin);
  }

  void give(void *block, size_t size) {
    std::lock_guard<std::mutex> lock(mutex);
    auto begin = reinterpret_cast<uintptr_t>(block);
    auto arena = std::prev(arenas.upper_bound(begin));
    auto after = gaps.lower_bound(begin);
    if (after != gaps.end() && after->first == begin + size &&
        after->first < arena->first + arena->second) {
      size += after->second;
      removeGap(after->first, after->second);
    }
    auto before = gaps.lower_bound(begin);
    if (before != gaps.begin()) {
      --before;
      if (before->first >= arena->first && before->first + before->second == begin) {
        begin = before->first;
        size += before->second;
        removeGap(before->first, before->second);
      }
    }
    addGap(begin, size);
    shrink(limit);
  }

  size_t currentLimit() {
    std::lock_guard<std::mutex> lock(mutex);
    return limit;
  }

  void setLimit(size_t bytes) {
    std::lock_guard<std::mutex> lock(mutex);
    limit = bytes;
    shrink(limit);
  }

 private:
  std::mutex mutex;
  /// Where each arena begins, and its size.
  std::map<uintptr_t, size_t> arenas;
  /// Where each gap begins, and its size; and the other way round.
  std::map<uintptr_t, size_t> gaps;
  std::set<std::pair<size_t, uintptr_t>> gapsBySize;
  size_t allBytes = 0, limit = std::max(freeMemory() / 2, int64_t{1});
  /// What was free when it was last asked, less what was mapped since.
  int64_t knownFree = 0;

  void addGap(uintptr_t begin, size_t size) {
    gaps.emplace(begin, size);
    gapsBySize.emplace(size, begin);
  }

  void removeGap(uintptr_t begin, size_t size) {
    gaps.erase(begin);
    gapsBySize.erase({size, begin});
  }

  void addArena(size_t size) {
    // Refused here, not when the pages are touched: then the system would end the process.
    TORCH_CHECK(size < size_t{1} << 60, "not enough memory for a tensor of ", size, " bytes");
    size_t needed = roundedUp(size, hugePage);
    size_t whole = std::max(needed, arenaSize);
    shrink(limit > whole ? limit - whole : 0);
    if (!isFree(whole)) {
      shrink(0);
      knownFree = freeMemory();
      if (!isFree(whole)) whole = needed;
    }
    void *begin = isFree(whole) ? map(whole) : nullptr;
    if (!begin && isFree(needed)) {
      shrink(0);
      begin = map(whole = needed);
    }
    TORCH_CHECK(begin, "not enough memory: a tensor of ", size >> 20, " MiB is wanted and ",
                std::max(knownFree, int64_t{0}) >> 20,
                " MiB are free; take fewer or smaller inputs, or allow more memory");
    knownFree -= whole;
    auto address = reinterpret_cast<uintptr_t>(begin);
    arenas.emplace(address, whole);
    allBytes += whole;
    addGap(address, whole);
  }

  /// Asking takes a tenth of a millisecond, so it is done only where memory is scarce.
  bool isFree(size_t bytes) {
    constexpr int64_t plenty = int64_t{1} << 30;
    // Aligning takes up to a huge page for a moment.
    auto wanted = static_cast<int64_t>(bytes + hugePage);
    if (knownFree < plenty + 4 * wanted) knownFree = freeMemory();
    return wanted <= knownFree;
  }

  /// Gives empty arenas back until all together take at most `most` bytes.
  void shrink(size_t most) {
    for (auto arena = arenas.begin(); allBytes > most && arena != arenas.end();) {
      auto gap = gaps.find(arena->first);
      if (gap == gaps.end() || gap->second != arena->second) {
        ++arena;
        continue;
      }
      removeGap(gap->first, gap->second);
      allBytes -= arena->second;
      munmap(reinterpret_cast<void *>(arena->first), arena->second);
      arena = arenas.erase(arena);
    }
  }

  /// Memory that begins at a huge page; `nullptr` if there is none.
  static void *map(size_t size) {
    // What lies before and after the aligned part is given back at once.
    size_t whole = size + hugePage;
    void *mapped =
        mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return nullptr;
    auto begin = reinterpret_cast<uintptr_t>(mapped);
    uintptr_t aligned = roundedUp(begin, hugePage);
    if (aligned > begin) munmap(mapped, aligned - begin);
    size_t after = begin + whole - (aligned + size);
    if (after > 0) munmap(reinterpret_cast<void *>(aligned + size), after);
    auto block = reinterpret_cast<void *>(aligned);
#ifdef MADV_HUGEPAGE
    madvise(block, size, MADV_HUGEPAGE);
#endif
    return block;
  }
};

Arenas &arenas() {
  // Never destroyed: tensors in static storage may outlive any other static object.
  static Arenas *arenas = new Arenas;
  return *arenas;
}

/// Lies before what a tensor gets, so that one function can give back blocks of every size.
struct alignas(64) Header {
  size_t size;
};

void giveBack(void *pointer) {
  if (!pointer) return;
  auto header = static_cast<Header *>(pointer) - 1;
  if (header->size < smallest) {
    free(header);
  } else {
    arenas().give(header, header->size);
  }
}

struct ArenaAllocator final : c10::Allocator {
  at::DataPtr make(size_t size) const {
    const auto device = c10::Device(c10::DeviceType::CPU);
    if (size == 0) return {nullptr, nullptr, &giveBack, device};
    size += sizeof(Header);
    void *block = nullptr;
    if (size < smallest) {
      TORCH_CHECK(posix_memalign(&block, 64, size) == 0, "not enough memory for ", size, " bytes");
    } else {
      size = roundedUp(size, unit);
      block = arenas().take(size);
    }
    auto header = static_cast<Header *>(block);
    header->size = size;
    return {header + 1, header + 1, &giveBack, device};
  }

  at::DeleterFnPtr raw_deleter() const override { return &giveBack; }

#if CTORCH_AT_LEAST(2, 3)
  at::DataPtr allocate(size_t size) override { return make(size); }
  void copy_data(void *to, const void *from, size_t size) const override {
    default_copy_data(to, from, size);
  }
#else
  at::DataPtr allocate(size_t size) const override { return make(size); }
#endif
};

ArenaAllocator allocator;
[[maybe_unused]] const bool isRegistered = [] {
  c10::SetCPUAllocator(&allocator, /*priority=*/255);
  return true;
}();

}  // namespace

int64_t ctorch_memory_limit(void) { return static_cast<int64_t>(arenas().currentLimit()); }

void ctorch_set_memory_limit(int64_t bytes) { arenas().setLimit(static_cast<size_t>(bytes)); }
