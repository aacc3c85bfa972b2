// Where tensors lie on the processor: large blocks are cut from arenas of huge pages and used again.
//
// Mapping and clearing fresh pages costs more than most operators that fill them (27 ms for 64 MB in
// pages of 4 KiB, 4 ms in pages of 2 MiB, 2 ms when they are there already).
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

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

/// Half of the memory that is free or could be freed.
size_t halfOfFreeMemory() {
  std::ifstream information("/proc/meminfo");
  std::string name, unit;
  size_t kilobytes;
  while (information >> name >> kilobytes) {
    if (name == "MemAvailable:") return kilobytes * 1024 / 2;
    std::getline(information, unit);
  }
  return static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE) / 2;
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
  size_t allBytes = 0, limit = halfOfFreeMemory();

  void addGap(uintptr_t begin, size_t size) {
    gaps.emplace(begin, size);
    gapsBySize.emplace(size, begin);
  }

  void removeGap(uintptr_t begin, size_t size) {
    gaps.erase(begin);
    gapsBySize.erase({size, begin});
  }

  void addArena(size_t size) {
    size_t whole = std::max(roundedUp(size, hugePage), arenaSize);
    shrink(limit > whole ? limit - whole : 0);
    void *begin = map(whole);
    if (!begin) {
      shrink(0);
      begin = map(whole);
    }
    TORCH_CHECK(begin, "not enough memory: a tensor of ", size, " bytes could not be allocated");
    auto address = reinterpret_cast<uintptr_t>(begin);
    arenas.emplace(address, whole);
    allBytes += whole;
    addGap(address, whole);
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
