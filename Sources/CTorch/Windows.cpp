// nni::windows: windows cut out of maps on record, with changed patches laid over them.
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <torch/library.h>

#include <algorithm>
#include <vector>

namespace {

/// Maps [N, planes, height, width, run], contiguous; `run` is 1 for [N, C, H, W] and 16 for channels
/// that are stored in blocks, [N, C/16, H, W, 16].
struct Maps {
  at::Tensor values;
  int64_t planes, height, width, run;

  explicit Maps(const at::Tensor &tensor) : values(tensor.contiguous()) {
    TORCH_CHECK(tensor.dim() == 4 || tensor.dim() == 5, "wanted [N, C, H, W] or [N, C/16, H, W, 16]",
                ", got ", tensor.sizes());
    planes = tensor.size(1);
    height = tensor.size(2);
    width = tensor.size(3);
    run = tensor.dim() == 5 ? tensor.size(4) : 1;
  }
};

/// A tensor with its channels stored as those of `model` are.
at::Tensor storedLike(const at::Tensor &model, const at::Tensor &tensor) {
  if (tensor.dim() == model.dim()) return tensor;
  if (model.dim() == 4) return tensor.permute({0, 1, 4, 2, 3}).flatten(1, 2);
  int64_t run = model.size(4);
  return tensor.reshape({tensor.size(0), -1, run, tensor.size(2), tensor.size(3)})
      .permute({0, 1, 3, 4, 2});
}

/// Where a window and the patch over it begin.
struct Place {
  int64_t sample, row, column, patchRow, patchColumn;
};

/// The columns of one window: padding, record, patch, record, padding.
struct Columns {
  int64_t recordBegin, patchBegin, patchEnd, recordEnd;

  Columns(const Place &place, int64_t width, int64_t mapWidth, int64_t patchWidth) {
    recordBegin = std::clamp<int64_t>(-place.column, 0, width);
    recordEnd = std::clamp<int64_t>(mapWidth - place.column, recordBegin, width);
    int64_t patch = place.patchColumn - place.column;
    patchBegin = std::clamp<int64_t>(patch, recordBegin, recordEnd);
    patchEnd = std::clamp<int64_t>(patch + patchWidth, patchBegin, recordEnd);
  }
};

template <typename Scalar>
void cut(const Maps &record, const Maps *patches, const Place *places, Scalar padding,
         const Maps &windows) {
  const Scalar *from = record.values.data_ptr<Scalar>();
  const Scalar *over = patches ? patches->values.data_ptr<Scalar>() : nullptr;
  Scalar *to = windows.values.data_ptr<Scalar>();
  const int64_t run = windows.run, rowSize = windows.width * run;
  const int64_t patchHeight = patches ? patches->height : 0;
  const int64_t patchWidth = patches ? patches->width : 0;
  const int64_t planeSize = windows.height * rowSize;
  const int64_t grain = std::max<int64_t>(1, 32768 / std::max<int64_t>(1, planeSize));
  at::parallel_for(0, windows.values.size(0) * windows.planes, grain, [&](int64_t begin, int64_t end) {
    for (int64_t index = begin; index < end; ++index) {
      const int64_t window = index / windows.planes, plane = index % windows.planes;
      const Place &place = places[window];
      const Columns columns(place, windows.width, record.width, patchWidth);
      const Scalar *map =
          from + (place.sample * record.planes + plane) * record.height * record.width * run;
      const Scalar *patch = over ? over + index * patchHeight * patchWidth * run : nullptr;
      Scalar *out = to + index * planeSize;
      for (int64_t i = 0; i < windows.height; ++i, out += rowSize) {
        const int64_t row = place.row + i, patchRow = row - place.patchRow;
        if (row < 0 || row >= record.height) {
          std::fill_n(out, rowSize, padding);
          continue;
        }
        const Scalar *line = map + (row * record.width + place.column) * run;
        auto copy = [&](const Scalar *source, int64_t first, int64_t last) {
          std::copy(source + first * run, source + last * run, out + first * run);
        };
        std::fill_n(out, columns.recordBegin * run, padding);
        if (patchRow >= 0 && patchRow < patchHeight) {
          const int64_t shift = place.column - place.patchColumn;
          copy(line, columns.recordBegin, columns.patchBegin);
          copy(patch + (patchRow * patchWidth + shift) * run, columns.patchBegin, columns.patchEnd);
          copy(line, columns.patchEnd, columns.recordEnd);
        } else {
          copy(line, columns.recordBegin, columns.recordEnd);
        }
        std::fill(out + columns.recordEnd * run, out + rowSize, padding);
      }
    }
  });
}

/// One window of `height` × `width` for each row of `places`, which holds the sample of `record`, the
/// window's first row and column, and those of the patch that lies over the record there. What lies
/// beyond the map is `padding`. The windows are stored as the patches are, else as the record is.
at::Tensor windows(const at::Tensor &record, const at::Tensor &places, int64_t height,
                   int64_t width, double padding, const c10::optional<at::Tensor> &patches) {
  TORCH_CHECK(places.dim() == 2 && places.size(1) == 5 && places.scalar_type() == at::kLong,
              "places are int64 [windows, 5], got ", places.sizes());
  const bool hasPatches = patches.has_value() && patches->defined();
  const Maps map(hasPatches ? storedLike(*patches, record) : record);
  const at::Tensor table = places.contiguous();
  const Place *rows = reinterpret_cast<const Place *>(table.data_ptr<int64_t>());
  const int64_t count = places.size(0);
  for (int64_t i = 0; i < count; ++i) {
    TORCH_CHECK(rows[i].sample >= 0 && rows[i].sample < record.size(0), "there is no sample ",
                rows[i].sample);
  }
  std::vector<int64_t> shape = map.values.sizes().vec();
  shape[0] = count;
  shape[2] = height;
  shape[3] = width;
  const Maps result(at::empty(shape, record.options()));
  auto fill = [&](const Maps *over) {
    AT_DISPATCH_ALL_TYPES_AND(at::kBool, record.scalar_type(), "windows", [&] {
      cut<scalar_t>(map, over, rows, static_cast<scalar_t>(padding), result);
    });
  };
  if (hasPatches) {
    const Maps over(*patches);
    TORCH_CHECK(over.values.size(0) == count && over.planes == map.planes && over.run == map.run &&
                    over.values.scalar_type() == record.scalar_type(),
                "patches of shape ", patches->sizes(), " do not fit ", count, " windows of ",
                record.sizes());
    fill(&over);
  } else {
    fill(nullptr);
  }
  return result.values;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(nni, library) {
  library.def(
      "windows(Tensor record, Tensor places, int height, int width, float padding, "
      "Tensor? patches=None) -> Tensor");
}

TORCH_LIBRARY_IMPL(nni, CPU, library) { library.impl("windows", windows); }
