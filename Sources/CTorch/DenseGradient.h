// Operators whose derivative in libtorch is wrong for tensors that do not lie densely in memory.
//
// The derivative of the exact GELU goes to oneDNN in float32. Where gradient and input differ in their strides, oneDNN
// rearranges into memory of its own, and what libtorch 1.13 returns was never written. Such operators get contiguous
// inputs, and gradients are made contiguous where they arrive; all others take any strides. `StridedCotangentTests`
// looks at every layer.
#pragma once

#include <ATen/core/ivalue.h>

#include <vector>

/// Whether an operator is one of them.
bool needsDenseGradient(const char *name);
/// Makes the tensors among the arguments contiguous.
void makeDense(std::vector<c10::IValue> &stack);
/// Makes the gradients of recorded results contiguous before the operator's derivative gets them.
void askForDenseGradient(const std::vector<c10::IValue> &stack);
