// Recording one application and pulling a cotangent back through it.
#include "Blocked.h"
#include "Handle.h"

#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/variable.h>

#include <limits>

namespace {

using torch::autograd::Edge;
using torch::autograd::Node;
using torch::autograd::variable_list;

/// Where a recording begins. An accumulator, which begins libtorch's own ones, would hold the leaf and its values.
struct Source : Node {
  variable_list apply(variable_list &&) override { return {}; }
};

/// What a gradient is like where the output does not depend on a leaf.
struct Form {
  std::vector<int64_t> sizes;
  at::TensorOptions options;
  bool isBlocked;

  explicit Form(const CTorchTensor &tensor)
      : sizes(tensor.value.sizes().vec()), options(tensor.value.options()), isBlocked(tensor.isBlocked) {}
};

}  // namespace

struct CTorchTape {
  Edge root;
  Form output;
  std::vector<Edge> sources;
  std::vector<Form> leaves;
};

char *ctorch_leaf(const CTorchTensor *tensor, CTorchTensor **leaf) {
  return catching([&] {
    at::Tensor value = tensor->value.detach();
    auto source = std::make_shared<Source>();
    const uint32_t place = source->add_input_metadata(value);
    torch::autograd::impl::set_gradient_edge(value, Edge(std::move(source), place));
    *leaf = newHandle(std::move(value), tensor->isBlocked);
  });
}

char *ctorch_detached(const CTorchTensor *tensor, CTorchTensor **detached) {
  return catching([&] { *detached = newHandle(tensor->value.detach(), tensor->isBlocked); });
}

char *ctorch_outline(const CTorchTensor *tensor, CTorchTensor **outline) {
  return catching([&] {
    at::Tensor number = at::full({}, std::numeric_limits<double>::quiet_NaN(), tensor->value.options());
    *outline = newHandle(number.expand(tensor->value.sizes()), tensor->isBlocked);
  });
}

char *ctorch_tape(const CTorchTensor *output, const CTorchTensor *const *leaves, int64_t leafCount,
                  CTorchTape **tape) {
  return catching([&] {
    Edge root;
    if (output->value.requires_grad()) root = torch::autograd::impl::gradient_edge(output->value);
    auto made = std::make_unique<CTorchTape>(CTorchTape{std::move(root), Form(*output), {}, {}});
    for (int64_t i = 0; i < leafCount; ++i) {
      made->sources.push_back(torch::autograd::impl::gradient_edge(leaves[i]->value));
      made->leaves.emplace_back(*leaves[i]);
    }
    *tape = made.release();
  });
}

char *ctorch_pullback(const CTorchTape *tape, const CTorchTensor *cotangent,
                      CTorchTensor **gradients) {
  return catching([&] {
    at::Tensor given = cotangent->value;
    if (cotangent->isBlocked && !tape->output.isBlocked) given = toPlain(given);
    if (tape->output.isBlocked && !cotangent->isBlocked && given.dim() == 4) given = toBlocked(given);
    TORCH_CHECK(given.sizes() == at::IntArrayRef(tape->output.sizes), "the cotangent has shape ",
                cotangent->value.sizes(), ", the output ", at::IntArrayRef(tape->output.sizes));
    variable_list found(tape->sources.size());
    if (tape->root.is_valid() && !found.empty()) {
      found = torch::autograd::Engine::get_default_engine().execute(
          {tape->root}, {given}, /*keep_graph=*/true, /*create_graph=*/false,
          /*accumulate_grad=*/false, tape->sources);
    }
    for (size_t i = 0; i < found.size(); ++i) {
      const Form &form = tape->leaves[i];
      gradients[i] = newHandle(
          found[i].defined() ? found[i] : at::zeros(form.sizes, form.options), form.isBlocked);
    }
  });
}

void ctorch_tape_release(CTorchTape *tape) { delete tape; }
