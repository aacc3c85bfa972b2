// Values in and out, what a tensor looks like, and the settings of the library.
#include "Blocked.h"
#include "CSystem.h"
#include "Handle.h"
#include "Version.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>

char *ctorch_from_bytes(const void *bytes, int64_t size, const int64_t *shape, int64_t rank,
                        int32_t scalarType, CTorchTensor **tensor) {
  return catching([&] {
    auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(scalarType));
    at::Tensor made = at::empty(at::IntArrayRef(shape, rank), options);
    TORCH_CHECK(static_cast<int64_t>(made.nbytes()) == size, "a tensor of shape ", made.sizes(),
                " needs ", made.nbytes(), " bytes, got ", size);
    if (size > 0) std::memcpy(made.data_ptr(), bytes, size);
    *tensor = newHandle(made);
  });
}

char *ctorch_read(int32_t file, int64_t offset, const int64_t *shape, int64_t rank,
                  int32_t scalarType, CTorchTensor **tensor) {
  return catching([&] {
    auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(scalarType));
    at::Tensor made = at::empty(at::IntArrayRef(shape, rank), options);
    auto bytes = static_cast<char *>(made.data_ptr());
    for (size_t done = 0; done < made.nbytes();) {
      ssize_t count = pread(file, bytes + done, made.nbytes() - done, offset + done);
      if (count < 0 && errno == EINTR) continue;
      TORCH_CHECK(count >= 0, "the file cannot be read: ", std::strerror(errno));
      TORCH_CHECK(count > 0, "the file ends at byte ", offset + done, ", wanted ", made.nbytes(),
                  " from byte ", offset, " on");
      done += count;
    }
    *tensor = newHandle(made);
  });
}

namespace {

at::Tensor plainValue(const CTorchTensor *tensor) {
  return tensor->isBlocked ? toPlain(tensor->value) : tensor->value;
}

}  // namespace

char *ctorch_copy_bytes(const CTorchTensor *tensor, void *bytes, int64_t size) {
  return catching([&] {
    at::Tensor plain = plainValue(tensor).detach().cpu().contiguous();
    TORCH_CHECK(static_cast<int64_t>(plain.nbytes()) == size, "the tensor holds ", plain.nbytes(),
                " bytes, the buffer ", size);
    if (size > 0) std::memcpy(bytes, plain.data_ptr(), size);
  });
}

char *ctorch_to_device(const CTorchTensor *tensor, const char *device, CTorchTensor **moved) {
  return catching([&] { *moved = newHandle(plainValue(tensor).to(at::Device(device))); });
}

int64_t ctorch_rank(const CTorchTensor *tensor) {
  return tensor->isBlocked ? 4 : tensor->value.dim();
}

int64_t ctorch_extent(const CTorchTensor *tensor, int64_t axis) {
  int64_t extent = tensor->value.sizes()[axis];
  return tensor->isBlocked && axis == 1 ? extent * channelBlock : extent;
}

int32_t ctorch_scalar_type(const CTorchTensor *tensor) {
  return static_cast<int32_t>(tensor->value.scalar_type());
}

bool ctorch_is_cpu(const CTorchTensor *tensor) { return tensor->value.is_cpu(); }

char *ctorch_device(const CTorchTensor *tensor) {
  return copyMessage(tensor->value.device().str());
}

namespace {

/// Far more threads than processors only wait for each other.
int mostThreads() { return std::max(csystem_processors(), 16); }

}  // namespace

void useAllProcessors() {
  static const bool isDone = [] {
    int count = csystem_processors();
    // A thread's stack is taken from the address space, too.
    int64_t limit = csystem_process_limit();
    if (limit != INT64_MAX) {
      count = static_cast<int>(std::clamp(csystem_available_memory() >> 26, int64_t{1}, int64_t{count}));
    }
    if (!std::getenv("OMP_NUM_THREADS") || at::get_num_threads() > mostThreads()) {
      at::set_num_threads(count);
    }
    return true;
  }();
  (void)isDone;
}

int64_t ctorch_thread_count(void) {
  useAllProcessors();
  return at::get_num_threads();
}

void ctorch_set_thread_count(int64_t count) {
  useAllProcessors();
  at::set_num_threads(static_cast<int>(std::clamp(count, int64_t{1}, int64_t{mostThreads()})));
}

const char *ctorch_version(void) { return TORCH_VERSION; }

void ctorch_release(CTorchTensor *tensor) { delete tensor; }

void ctorch_free(char *message) { free(message); }
