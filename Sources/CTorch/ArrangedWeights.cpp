#include "ArrangedWeights.h"

#if CTORCH_HAS_DNNL

namespace fast {

at::Tensor arranged(const at::Tensor &tensor, const dnnl::memory::desc &given,
                    const dnnl::memory::desc &wanted) {
  if (given == wanted) return tensor;
  at::Tensor made = emptyFor(wanted);
  dnnl::memory from = view(given, tensor), to = view(wanted, made);
  execute(dnnl::reorder(from, to), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
  return made;
}

ArrangedWeights &ArrangedWeights::shared() {
  static auto *weights = new ArrangedWeights;
  return *weights;
}

bool ArrangedWeights::isWorthwhile(const at::Tensor &weight, int64_t rows) {
  std::lock_guard<std::mutex> lock(mutex);
  auto found = counts.find(weight.unsafeGetTensorImpl());
  // A tensor that is gone may have left its address to another.
  if (found == counts.end() || found->second.owner.expired()) {
    for (auto count = counts.begin(); count != counts.end();) {
      count = count->second.owner.expired() ? counts.erase(count) : std::next(count);
    }
    found = counts.emplace(weight.unsafeGetTensorImpl(), Count{Owner(weight.getIntrusivePtr()), 0}).first;
  }
  found->second.rows = std::min(found->second.rows + rows, manyRows);
  return found->second.rows >= manyRows;
}

at::Tensor ArrangedWeights::get(const at::Tensor &weight, const std::vector<double> &form,
                                const dnnl::memory::desc &wanted,
                                const std::function<at::Tensor()> &make) {
  std::lock_guard<std::mutex> lock(mutex);
  for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
    if (entry->isOf(weight) && entry->form == form && entry->layout == wanted) {
      entries.splice(entries.begin(), entries, entry);
      if (!entry->value.defined()) {
        entry->value = make();
        shrink();
      }
      return entries.front().value;
    }
  }
  entries.remove_if([](const Entry &entry) { return entry.owner.expired(); });
  entries.push_front(
      Entry{Owner(weight.getIntrusivePtr()), weight._version(), form, wanted, at::Tensor()});
  return make();
}

void ArrangedWeights::shrink() {
  size_t bytes = 0;
  auto size = [](const Entry &entry) { return entry.value.defined() ? entry.value.nbytes() : 0; };
  for (const Entry &entry : entries) bytes += size(entry);
  while (bytes > limit && entries.size() > 1) {
    bytes -= size(entries.back());
    entries.pop_back();
  }
}

}  // namespace fast

#endif
