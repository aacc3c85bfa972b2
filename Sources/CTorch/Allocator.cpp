// Where tensors lie on the processor: large blocks come from huge pages and are used again.
//
// Mapping and clearing fresh pages costs more than most operators that fill them (27 ms for 64 MB in
// pages of 4 KiB, 4 ms in pages of 2 MiB, 2 ms when they are there already).
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <string>

#include "CTorch.h"
#include "Version.h"

namespace {

constexpr size_t smallest = size_t{1} << 17;
constexpr size_t hugePage = size_t{1} << 21;

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

/// Blocks that were given back are kept, as long as all together stay below a limit.
class Pool {
 public:
  /// A block of at least `size` bytes, which becomes what it has.
  void *take(size_t &size) {
    {
      std::lock_guard<std::mutex> lock(mutex);
      auto found = idle.lower_bound(size);
      if (found != idle.end() && found->first <= size + size / 4) {
        void *block = found->second;
        size = found->first;
        idle.erase(found);
        return block;
      }
    }
    void *block = map(size);
    if (!block) {
      {
        std::lock_guard<std::mutex> lock(mutex);
        shrink(0);
      }
      block = map(size);
    }
    TORCH_CHECK(block, "not enough memory: a tensor of ", size, " bytes could not be allocated");
    std::lock_guard<std::mutex> lock(mutex);
    allBytes += size;
    shrink(limit);
    return block;
  }

  void give(void *block, size_t size) {
    std::lock_guard<std::mutex> lock(mutex);
    idle.emplace(size, block);
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
  std::multimap<size_t, void *> idle;
  size_t allBytes = 0, limit = halfOfFreeMemory();

  /// Gives idle blocks back until all together take at most `most` bytes.
  void shrink(size_t most) {
    while (allBytes > most && !idle.empty()) {
      auto largest = std::prev(idle.end());
      auto [size, block] = *largest;
      idle.erase(largest);
      allBytes -= size;
      unmap(block, size);
    }
  }

  static void *map(size_t size) {
    if (size < hugePage) {
      void *block = nullptr;
      return posix_memalign(&block, 64, size) == 0 ? block : nullptr;
    }
    // Aligned to a huge page: what lies before and after is given back at once.
    size_t whole = size + hugePage;
    void *mapped =
        mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return nullptr;
    auto begin = reinterpret_cast<uintptr_t>(mapped);
    uintptr_t aligned = (begin + hugePage - 1) / hugePage * hugePage;
    if (aligned > begin) munmap(mapped, aligned - begin);
    size_t after = begin + whole - (aligned + size);
    if (after > 0) munmap(reinterpret_cast<void *>(aligned + size), after);
    auto block = reinterpret_cast<void *>(aligned);
#ifdef MADV_HUGEPAGE
    madvise(block, size, MADV_HUGEPAGE);
#endif
    return block;
  }

  static void unmap(void *block, size_t size) {
    if (size < hugePage) {
      free(block);
    } else {
      munmap(block, size);
    }
  }
};

Pool &pool() {
  // Never destroyed: tensors in static storage may outlive any other static object.
  static Pool *pool = new Pool;
  return *pool;
}

/// Lies before what a tensor gets, so that one function can give back blocks of every size.
struct alignas(64) Header {
  size_t size;
};

/// The size of a block with its header, rounded so that blocks of almost the same size can stand in for
/// each other.
size_t wholeSize(size_t size) {
  size += sizeof(Header);
  if (size < smallest) return size;
  size_t step = size >= hugePage ? hugePage : size_t{1} << 14;
  return (size + step - 1) / step * step;
}

void giveBack(void *pointer) {
  if (!pointer) return;
  auto header = static_cast<Header *>(pointer) - 1;
  if (header->size < smallest) {
    free(header);
  } else {
    pool().give(header, header->size);
  }
}

struct PoolAllocator final : c10::Allocator {
  at::DataPtr make(size_t size) const {
    const auto device = c10::Device(c10::DeviceType::CPU);
    if (size == 0) return {nullptr, nullptr, &giveBack, device};
    size = wholeSize(size);
    void *block = nullptr;
    if (size < smallest) {
      TORCH_CHECK(posix_memalign(&block, 64, size) == 0, "not enough memory for ", size, " bytes");
    } else {
      block = pool().take(size);
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

PoolAllocator allocator;
[[maybe_unused]] const bool isRegistered = [] {
  c10::SetCPUAllocator(&allocator, /*priority=*/255);
  return true;
}();

}  // namespace

int64_t ctorch_memory_limit(void) { return static_cast<int64_t>(pool().currentLimit()); }

void ctorch_set_memory_limit(int64_t bytes) { pool().setLimit(static_cast<size_t>(bytes)); }
