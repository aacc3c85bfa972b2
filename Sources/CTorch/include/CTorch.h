// libtorch behind C: operators called by name through its dispatcher, so that this header does not
// grow with the number of operators. Every function that can fail returns NULL, or a message that the
// caller releases with ctorch_free. No function keeps a pointer that it was given.
#ifndef CTORCH_H
#define CTORCH_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A tensor; owned by whoever received it, until ctorch_release.
typedef struct CTorchTensor CTorchTensor;

/// The derivative of one recorded application; owned until ctorch_tape_release. Of the application's values it holds
/// those that the derivative reads, and no others.
typedef struct CTorchTape CTorchTape;

/// What a CTorchValue holds.
enum {
  CTorchKindDefault = 0,  ///< The schema's default for this argument.
  CTorchKindNone = 1,
  CTorchKindTensor = 2,   ///< `pointer` is a CTorchTensor.
  CTorchKindInt = 3,      ///< `integer`; also scalar types (c10::ScalarType) and memory formats.
  CTorchKindDouble = 4,   ///< `real`
  CTorchKindBool = 5,     ///< `integer` is 0 or 1.
  CTorchKindString = 6,   ///< `pointer` is a C string (arguments only).
  CTorchKindInts = 7,     ///< `pointer` is `count` int64_t (arguments only).
  CTorchKindDoubles = 8,  ///< `pointer` is `count` double (arguments only).
  CTorchKindTensors = 9,  ///< `pointer` is `count` CTorchTensor pointers (arguments only).
};

/// One argument or result of an operator.
typedef struct CTorchValue {
  int32_t kind;
  int64_t count;
  int64_t integer;
  double real;
  const void *pointer;
} CTorchValue;

/// Calls an operator, for example "aten::add" with overload "Tensor". Missing trailing arguments take
/// the schema's defaults. The operation is recorded for ctorch_pullback if a tensor argument descends
/// from ctorch_leaf. A list of tensors is returned as that many results.
char *ctorch_call(const char *name, const char *overload, const CTorchValue *arguments,
                  int64_t argumentCount, CTorchValue *results, int64_t capacity,
                  int64_t *resultCount);

/// The names of an operator's arguments in the schema's order, one a line; released with ctorch_free.
char *ctorch_argument_names(const char *name, const char *overload, char **names);

/// A tensor that shares the values and begins a recording.
char *ctorch_leaf(const CTorchTensor *tensor, CTorchTensor **leaf);
/// A tensor that shares the values and is not recorded.
char *ctorch_detached(const CTorchTensor *tensor, CTorchTensor **detached);
/// A tensor of the same shape and type whose elements are one NaN.
char *ctorch_outline(const CTorchTensor *tensor, CTorchTensor **outline);
/// The derivative of a value by leaves that it was computed from.
char *ctorch_tape(const CTorchTensor *output, const CTorchTensor *const *leaves, int64_t leafCount,
                  CTorchTape **tape);
/// cotangentᵀ · ∂output/∂leaves: `gradients[i]` for leaf i, zeros where the output does not depend on it. May be called
/// repeatedly for one recording.
char *ctorch_pullback(const CTorchTape *tape, const CTorchTensor *cotangent,
                      CTorchTensor **gradients);
void ctorch_tape_release(CTorchTape *tape);

/// A new CPU tensor with a copy of `size` bytes, which must be what shape and scalar type need.
char *ctorch_from_bytes(const void *bytes, int64_t size, const int64_t *shape, int64_t rank,
                        int32_t scalarType, CTorchTensor **tensor);
/// A new CPU tensor with the bytes of an open file from `offset` on, as many as shape and type need.
char *ctorch_read(int32_t file, int64_t offset, const int64_t *shape, int64_t rank,
                  int32_t scalarType, CTorchTensor **tensor);
/// Copies the values in row-major order; `size` must be what they need.
char *ctorch_copy_bytes(const CTorchTensor *tensor, void *bytes, int64_t size);
/// The same values on another device, for example "cpu" or "cuda:0".
char *ctorch_to_device(const CTorchTensor *tensor, const char *device, CTorchTensor **moved);

int64_t ctorch_rank(const CTorchTensor *tensor);
int64_t ctorch_extent(const CTorchTensor *tensor, int64_t axis);
int32_t ctorch_scalar_type(const CTorchTensor *tensor);
bool ctorch_is_cpu(const CTorchTensor *tensor);
/// The device's name; released with ctorch_free.
char *ctorch_device(const CTorchTensor *tensor);

/// Whether the processor multiplies bfloat16 numbers, and oneDNN is there to have it do so.
bool ctorch_has_narrow_products(void);
/// Number of threads that one operator may use.
int64_t ctorch_thread_count(void);
void ctorch_set_thread_count(int64_t count);
/// How many bytes of large tensors are kept for reuse at most, those in use included.
int64_t ctorch_memory_limit(void);
void ctorch_set_memory_limit(int64_t bytes);
/// libtorch's version, for example "1.13.1".
const char *ctorch_version(void);

void ctorch_release(CTorchTensor *tensor);
void ctorch_free(char *message);

#ifdef __cplusplus
}
#endif

#endif
