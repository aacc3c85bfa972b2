// Recording one application and pulling a cotangent back through it.
#include "Blocked.h"
#include "Handle.h"

#include <torch/csrc/autograd/autograd.h>

char *ctorch_leaf(const CTorchTensor *tensor, CTorchTensor **leaf) {
  return catching(
      [&] { *leaf = newHandle(tensor->value.detach().set_requires_grad(true), tensor->isBlocked); });
}

char *ctorch_detached(const CTorchTensor *tensor, CTorchTensor **detached) {
  return catching([&] { *detached = newHandle(tensor->value.detach(), tensor->isBlocked); });
}

char *ctorch_pullback(const CTorchTensor *output, const CTorchTensor *cotangent,
                      const CTorchTensor *const *leaves, int64_t leafCount,
                      CTorchTensor **gradients) {
  return catching([&] {
    at::Tensor given = cotangent->value;
    if (cotangent->isBlocked && !output->isBlocked) given = toPlain(given);
    if (output->isBlocked && !cotangent->isBlocked && given.dim() == 4) given = toBlocked(given);
    TORCH_CHECK(given.sizes() == output->value.sizes(), "the cotangent has shape ",
                cotangent->value.sizes(), ", the output ", output->value.sizes());
    torch::autograd::variable_list inputs;
    for (int64_t i = 0; i < leafCount; ++i) inputs.push_back(leaves[i]->value);
    torch::autograd::variable_list found(inputs.size());
    if (output->value.requires_grad()) {
      found = torch::autograd::grad({output->value}, inputs, {given},
                                    /*retain_graph=*/true, /*create_graph=*/false,
                                    /*allow_unused=*/true);
    }
    for (int64_t i = 0; i < leafCount; ++i) {
      gradients[i] = found[i].defined() ? newHandle(found[i], leaves[i]->isBlocked) : nullptr;
    }
  });
}
