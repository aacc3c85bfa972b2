// The few calls of libvips that NNIImages needs, without GObject and without variadic functions.
// Every function may be called from any thread; the first one starts libvips.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// What went wrong, or `CVipsSuccess`.
typedef enum {
  CVipsSuccess = 0,
  CVipsNotStarted,     ///< libvips itself cannot be used
  CVipsUnknownFormat,  ///< the first bytes are no JPEG, PNG or WebP
  CVipsTooLarge,       ///< more pixels declared than the caller allows
  CVipsNoMemory,       ///< the pixels do not fit into memory
  CVipsDamaged,        ///< the decoder gave up
  CVipsNotEncoded,     ///< the encoder gave up
} CVipsStatus;

/// Interleaved pixels of 8 bits, or of 16 in the machine's order of bytes; rows from top to bottom. `bytes` is released with `cvips_release`.
typedef struct {
  uint8_t *bytes;
  size_t count;
  int width;
  int height;
  int channels;  ///< 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA or CMYK
  int bits;      ///< 8 or 16
  int is_cmyk;
} CVipsPixels;

/// Where a failure is described; `width` and `height` are the declared size, when it was read.
typedef struct {
  int width;
  int height;
  char message[512];
} CVipsFailure;

/// Decodes a JPEG, PNG or WebP upright (EXIF orientation applied), in 8 bits or in the 16 that it has.
CVipsStatus cvips_decode(const uint8_t *bytes, size_t count, int64_t pixel_limit,
                         CVipsPixels *result, CVipsFailure *failure);

/// Draws an SVG document at `scale` pixels per user unit, as RGBA.
CVipsStatus cvips_draw_svg(const uint8_t *bytes, size_t count, double scale, int64_t pixel_limit,
                           CVipsPixels *result, CVipsFailure *failure);

/// Encodes pixels as JPEG of a quality from 1 to 100, or as PNG for 0; `encoded` is released with
/// `cvips_release`.
CVipsStatus cvips_encode(const uint8_t *pixels, int width, int height, int channels,
                         int jpeg_quality, uint8_t **encoded, size_t *count,
                         CVipsFailure *failure);

/// Encodes `frames` pictures of one size, which follow each other in memory, as an animated WebP that
/// repeats for ever; `durations` are milliseconds.
CVipsStatus cvips_encode_webp(const uint8_t *pixels, int width, int height, int channels,
                              const int *durations, int frames, int quality, uint8_t **encoded,
                              size_t *count, CVipsFailure *failure);

void cvips_release(uint8_t *bytes);
