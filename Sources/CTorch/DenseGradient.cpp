#include "DenseGradient.h"

#include <ATen/core/Tensor.h>

#include <cstring>

bool needsDenseGradient(const char *name) { return std::strcmp(name, "aten::gelu") == 0; }

void makeDense(std::vector<c10::IValue> &stack) {
  for (c10::IValue &value : stack) {
    if (value.isTensor() && value.toTensor().defined()) value = value.toTensor().contiguous();
  }
}

void askForDenseGradient(const std::vector<c10::IValue> &stack) {
  for (const c10::IValue &value : stack) {
    if (!value.isTensor() || !value.toTensor().requires_grad()) continue;
    value.toTensor().register_hook([](at::Tensor gradient) { return gradient.contiguous(); });
  }
}
