// What the files that use oneDNN share: whether it is there, its engine, and views of tensors.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include "Version.h"

// Later libtorches bring a oneDNN of their own, whose interface is another.
#if !CTORCH_AT_LEAST(2, 0) && __has_include(<oneapi/dnnl/dnnl.hpp>)
#define CTORCH_HAS_DNNL 1
#include <oneapi/dnnl/dnnl.hpp>

namespace fast {

inline dnnl::engine &engine() {
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

inline dnnl::stream &stream() {
  static thread_local dnnl::stream stream(engine());
  return stream;
}

/// oneDNN's kernels for AVX-512 are the ones that are worth a detour.
inline bool hasKernels() {
  static const bool has = dnnl::get_effective_cpu_isa() >= dnnl::cpu_isa::avx512_core &&
                          dnnl_version()->major == 2;
  return has;
}

inline bool isFast(const at::Tensor &tensor) {
  return hasKernels() && tensor.scalar_type() == at::kFloat && tensor.is_cpu() &&
         tensor.numel() > 0;
}

/// Whether the processor multiplies bfloat16 numbers itself.
inline bool hasNarrowKernels() {
  static const bool has =
      dnnl::get_effective_cpu_isa() >= dnnl::cpu_isa::avx512_core_bf16 && dnnl_version()->major == 2;
  return has;
}

inline dnnl::memory view(const dnnl::memory::desc &description, const at::Tensor &tensor) {
  return dnnl::memory(description, engine(), tensor.data_ptr());
}

inline at::Tensor emptyFor(const dnnl::memory::desc &description) {
  return at::empty({static_cast<int64_t>((description.get_size() + 3) / 4)}, at::kFloat);
}

inline void execute(const dnnl::primitive &primitive,
                    const std::unordered_map<int, dnnl::memory> &arguments) {
  primitive.execute(stream(), arguments);
  stream().wait();
}

}  // namespace fast

#else
#define CTORCH_HAS_DNNL 0
#endif
