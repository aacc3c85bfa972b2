// Weights as oneDNN's primitives want them.
#pragma once

#include "Dnnl.h"

#if CTORCH_HAS_DNNL

#include <functional>
#include <list>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace fast {

/// `tensor`, which is as `given`, as a primitive wants it.
at::Tensor arranged(const at::Tensor &tensor, const dnnl::memory::desc &given,
                    const dnnl::memory::desc &wanted);

/// Weights in the layouts of primitives, as long as the tensors that they were made from live; up to 1 GiB of them, those
/// that were used last.
///
/// A layout is kept from its second use on: what runs once, as one explanation does, would hold it in vain, and Winograd's
/// weights are four times as large as the plain ones.
class ArrangedWeights {
 public:
  static ArrangedWeights &shared();

  /// Whether a weight has met so many rows, these included, that a copy in another layout pays.
  ///
  /// A copy takes as much memory as the weight itself, and saves a tenth of a product's time: it is for long runs.
  bool isWorthwhile(const at::Tensor &weight, int64_t rows);

  /// A weight in a layout.
  ///
  /// - `form` says what `make` does to the weight apart from its layout.
  at::Tensor get(const at::Tensor &weight, const std::vector<double> &form,
                 const dnnl::memory::desc &wanted, const std::function<at::Tensor()> &make);

 private:
  using Owner = c10::weak_intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;

  struct Entry {
    Owner owner;
    int64_t version;
    std::vector<double> form;
    dnnl::memory::desc layout;
    /// Undefined until it is used for the second time.
    at::Tensor value;

    bool isOf(const at::Tensor &weight) const {
      return !owner.expired() && owner._unsafe_get_target() == weight.unsafeGetTensorImpl() &&
             version == weight._version();
    }
  };

  /// How many rows a weight has been multiplied with.
  struct Count {
    Owner owner;
    int64_t rows;
  };

  std::mutex mutex;
  std::unordered_map<const c10::TensorImpl *, Count> counts;
  /// The one that was used last comes first.
  std::list<Entry> entries;
  static constexpr size_t limit = size_t{1} << 30;
  static constexpr int64_t manyRows = 1 << 16;

  void shrink();
};

}  // namespace fast

#endif
