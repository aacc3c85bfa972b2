// Activations in oneDNN's blocked layout: [N, C, H, W] lies in memory as [N, C/16, H, W, 16].
//
// Convolutions read and write it without rearranging. A handle knows that its tensor is blocked; to all
// others it has the plain shape. Operators that work element by element, window by window or sample by
// sample run on the blocked values; every other one gets them rearranged.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>

#include <string>
#include <vector>

#include "CTorch.h"

/// How many channels lie together.
constexpr int64_t channelBlock = 16;

/// [N, C, H, W] as [N, C/16, H, W, 16]; can be recorded.
at::Tensor toBlocked(const at::Tensor &plain);
/// [N, C/16, H, W, 16] as [N, C, H, W]; can be recorded.
at::Tensor toPlain(const at::Tensor &blocked);

/// In which form an operator gets blocked arguments and gives its results.
class BlockedCall {
 public:
  BlockedCall(const std::string &name, const CTorchValue *arguments, int64_t count);

  /// The tensor of a handle as the operator is to get it.
  at::Tensor argument(const CTorchTensor *handle) const;
  /// Changes arguments that speak of axes.
  void adapt(std::vector<c10::IValue> &stack) const;
  /// A result as it is to be kept; `isBlocked` says how.
  at::Tensor result(const at::Tensor &tensor, bool &isBlocked) const;

 private:
  enum class Form {
    /// No argument is blocked, or the operator is one of ours, which take and give both kinds.
    asIs,
    /// Rearranged.
    plain,
    /// The five axes, all alike: operators on elements and samples.
    elements,
    /// [N·C/16, 16, H, W] with the channels last in memory: operators on windows of each channel.
    planes,
    /// The five axes; the operator reduces some of them.
    reduced,
  };
  Form form = Form::asIs;
  /// Whether the operator may give a blocked result for plain arguments.
  bool makesBlocked = false;
  int64_t channels = 0, samples = 0;

  bool fits(bool isOurs, const CTorchValue *arguments, int64_t count) const;
};
